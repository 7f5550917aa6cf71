// How far a run is.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';

/** @param run  as an account's side has it */
export function progressBar(run) {
    const known = run.all > 0, done = Math.min(run.done, run.all);
    const words = t(`integrations.phase.${run.phase}`) +
        (known ? ` – ${t('integrations.doneOf', {done, all: run.all})}` : '');
    const bar = h('progress.w-100', {max: known ? run.all : 1, 'aria-label': words});
    if (known) bar.value = done;  // without a value it moves to and fro
    return h('div.sync-progress', bar, h('p.times.mb-0', words));
}
