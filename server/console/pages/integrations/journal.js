// Runs and their journal: what was done, skipped and why, field by field, and undo of one action or of a run (rule G4).
import {api} from '../../lib/api.js';
import {debounced, fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dateTime} from '../../lib/format.js';
import {on} from '../../lib/live.js';
import {badge, busy, empty, failed, loading, pageHead, toastError} from '../../lib/ui.js';
import {accountApi, kinds} from './account_api.js';
import {actionLook} from './decisions.js';
import {fieldTable} from './field_table.js';
import {runList} from './runs.js';
import {undoEntry} from './undo.js';
import {actionName, kindName, providerName, ruleMark, whyOf} from './words.js';

export async function render(context) {
    const {params, query, signal, user} = context;
    const page = accountApi(context, params[0]);
    const account = await page.account();
    const wanted = {kind: kinds.includes(query.kind) ? query.kind : '', run: query.run ?? '', text: ''};
    const runs = h('div.panel.runs'), entries = h('div.panel.entries');
    const look = () => showEntries(page, wanted, entries, look);
    const choose = run => {
        wanted.run = run;
        look();
    };
    const drawRuns = () => runList(page, wanted, runs, choose, () => { drawRuns(); look(); });
    let atWork = kinds.some(kind => account[kind].run);
    on('account', now => {
        if (now.id !== account.id) return;
        const works = kinds.some(kind => now[kind].status === 'syncing');
        if (atWork !== works || works) { drawRuns(); if (!works) look(); }
        atWork = works;
    }, signal);
    on('again', () => { drawRuns(); look(); }, signal);
    drawRuns();
    look();
    return h('section',
        h('a.back', {href: page.page()}, icon('chevron-left'), `${providerName(account.provider)} ${account.login}`),
        pageHead(t('integrations.journal'), h('select.form-select.w-auto', {'aria-label': t('integrations.journal.kind'), onchange: event => {
            Object.assign(wanted, {kind: event.target.value, run: ''});
            drawRuns();
            look();
        }}, h('option', {value: ''}, t('integrations.journal.both')),
            kinds.map(kind => h('option', {value: kind, selected: kind === wanted.kind}, kindName(kind))))),
        h('div.journal', runs, h('div.min-w-0', account.user === user.login ? search(text => { wanted.text = text; look(); }, signal)
            : h('p.text-secondary', t('integrations.privateHidden')), entries)));
}

function search(changed, signal) {
    const soon = debounced(changed, 250, signal);
    return h('div.search-field', icon('search'), h('input.form-control', {type: 'search', placeholder: t('integrations.journal.search'),
        'aria-label': t('integrations.journal.search'), oninput: event => soon(event.target.value.trim())}));
}

let asked = 0;

async function showEntries(page, wanted, place, again) {
    const mine = ++asked;
    if (!place.childElementCount) fill(place, loading());
    try {
        let found = await page.list('/journal', {...wanted, limit: 50});
        if (mine !== asked) return;  // somebody typed on meanwhile
        if (!found.items.length)
            return void fill(place, empty({icon: 'clock-history', title: t(wanted.text || wanted.run ? 'integrations.journal.nothingFound' : 'integrations.journal.nothing')}));
        const list = h('ul.list-unstyled.mb-0', found.items.map(entry => row(page, entry, again)));
        const more = found.next && h('button.btn.btn-outline-secondary.mt-3', {type: 'button', onclick: async event => {
            try {
                found = await busy(event.currentTarget, api.next(found, {signal: page.signal}));
                list.append(...found.items.map(entry => row(page, entry, again)));
                if (!found.next) more.remove();
            } catch (error) {
                toastError(error);
            }
        }}, t('more'));
        fill(place, list, more);
    } catch (error) {
        if (error.name !== 'AbortError') fill(place, failed(error, again));
    }
}

const outcomeLook = {skipped: 'secondary', held: 'warning', failed: 'danger', begun: 'warning'};

function row(page, entry, again) {
    const title = entry.title || t('integrations.untitled');
    return h('li.decision', {dataset: {entry: entry.id}}, icon(actionLook(entry.action)),
        h('div.flex-grow-1.min-w-0',
            h('div.fw-semibold.wrap-anywhere', title),
            h('div.text-secondary', actionName(entry.action), entry.rule && ruleMark(entry.rule), ' · ',
                h('time', {datetime: entry.at}, dateTime(entry.at)), ' · ', kindName(entry.kind)),
            (entry.outcome !== 'done' || entry.undone) && h('div.d-flex.gap-1.my-1',
                entry.outcome !== 'done' && badge(t(`integrations.outcome.${entry.outcome}`), outcomeLook[entry.outcome]),
                entry.undone && badge(t('integrations.undone'))),
            h('div.wrap-anywhere.small', whyOf(entry)),
            entry.fields.length > 0 && h('details', h('summary', t('integrations.fields', {n: entry.fields.length})),
                fieldTable(entry.fields))),
        entry.outcome === 'done' && !entry.undone &&
            h('button.btn.btn-sm.btn-outline-secondary.align-self-start', {type: 'button',
                'aria-label': t('integrations.undoOf', {title}), onclick: event => undoEntry(page, entry, event.currentTarget, again)},
                icon('arrow-counterclockwise'), h('span', t('undo'))));
}
