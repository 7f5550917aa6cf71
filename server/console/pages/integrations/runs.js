// The runs of an account, newest first; one of them may be chosen, and taken back.
import {fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dateTime, number} from '../../lib/format.js';
import {said} from '../../lib/said.js';
import {badge, empty, failed, loading} from '../../lib/ui.js';
import {progressBar} from './progress.js';
import {undoRun} from './undo.js';
import {actionName, kindName} from './words.js';

const look = {done: 'success', paused: 'warning', failed: 'danger', stopped: 'secondary'};
/** Every few minutes there is a run that finds nothing: they would hide the others. */
const isWorthSeeing = run => !run.ended || run.phase !== 'done' || run.mode === 'undo' || Object.values(run.counts).some(count => count > 0);

export async function runList(page, wanted, place, choose, again) {
    if (!place.childElementCount) fill(place, loading());
    try {
        const {items} = await page.list('/runs', {kind: wanted.kind, limit: 200});
        const runs = items.filter(run => run.mode !== 'preview' && isWorthSeeing(run)).slice(0, 50);
        const pick = run => {
            choose(run);
            for (const button of place.querySelectorAll('[data-run]'))
                button.setAttribute('aria-pressed', String(button.dataset.run === run));
        };
        fill(place, h('h2.h6', t('integrations.runs')), runs.length
            ? [all(wanted, pick), h('ul.list-unstyled.mb-0', runs.map(run => row(page, run, wanted, pick, again)))]
            : empty({icon: 'clock-history', title: t('integrations.runs.none')}));
    } catch (error) {
        if (error.name !== 'AbortError') fill(place, failed(error, again));
    }
}

const all = (wanted, pick) => h('button.run-choice', {type: 'button', dataset: {run: ''}, 'aria-pressed': String(!wanted.run),
    onclick: () => pick('')}, t('integrations.runs.all'));

function whatItDid(run, counts) {
    if (run.mode === 'undo' && run.ended) return [t('integrations.undo.done', {n: run.done})];
    return counts.length ? [counts.map(([action, count]) => `${actionName(action)}: ${number(count)}`).join(', ')] : [];
}

function row(page, run, wanted, pick, again) {
    const counts = Object.entries(run.counts).filter(([, count]) => count > 0);
    const begun = dateTime(run.started);
    return h('li.sync-run',
        h('button.run-choice', {type: 'button', dataset: {run: run.id}, 'aria-pressed': String(wanted.run === run.id), onclick: () => pick(run.id)},
            h('span.d-flex.gap-2.align-items-center.flex-wrap', h('time.fw-semibold', {datetime: run.started}, begun),
                run.ended && badge(t(`integrations.run.${run.mode === 'undo' ? 'undo' : run.phase}`), look[run.phase]),
                run.undone && badge(t('integrations.undone'))),
            h('span.text-secondary', [kindName(run.kind), ...whatItDid(run, counts)].join(' · '))),
        run.cause && h('div.text-secondary.wrap-anywhere', said(run.cause)),
        !run.ended && progressBar(run),
        run.ended && !run.undone && run.mode === 'run' && counts.length > 0 &&
            h('button.btn.btn-sm.btn-outline-secondary', {type: 'button', 'aria-label': t('integrations.undoRunOf', {when: begun}),
                onclick: event => undoRun(page, run, event.currentTarget, again)},
                icon('arrow-counterclockwise'), h('span', t('integrations.undoRun'))));
}
