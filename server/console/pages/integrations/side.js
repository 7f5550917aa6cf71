// Calendar Sync or Contact Sync of an account: where it stands, and its buttons.
import {fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {number} from '../../lib/format.js';
import {said} from '../../lib/said.js';
import {busy, confirm, toast, toastError} from '../../lib/ui.js';
import {metricsOf} from './metrics.js';
import {progressBar} from './progress.js';
import {advice, isRunning, kindName, statusBadge, times} from './words.js';

/** @param changed  called with the account as it is after a button */
export function sidePanel(context, page, account, kind, changed) {
    const side = account[kind], running = isRunning(side);
    return h('section.panel.sync-panel', {'aria-label': kindName(kind), dataset: {kind}},
        h('header.side-head', h('h2.h5.mb-0', kindName(kind)), statusBadge(side)),
        side.run && side.run.mode !== 'preview' ? progressBar(side.run) : side.status === 'syncing' ? progressBar({phase: 'reading', done: 0, all: 0})
                                                                     : times(side),
        running || side.status === 'stopped' ? facts(side, kind) : h('p.text-secondary.mb-0', t(`integrations.${kind}.about`)),
        problem(page, side, kind),
        running && metricsOf(page, kind, side, context.signal),
        h('footer.side-actions', buttons(page, account, kind, changed)));
}

function facts(side, kind) {
    const parts = [t(`integrations.linked.${kind}`, {n: side.linked}),
        side.busyBlocks > 0 && t('integrations.busyBlocks', {n: side.busyBlocks}),
        side.unsyncable > 0 && t('integrations.unsyncable', {n: side.unsyncable})].filter(Boolean);
    return h('p.text-secondary.mb-0', parts.join(' · '));
}

/** Why, and what to do about it. */
function problem(page, side, kind) {
    const todo = advice(side);
    if (side.status === 'reconnect' || (!side.cause && !todo)) return null;
    return h(`div.alert.mb-0.${side.status === 'limit' ? 'alert-danger' : 'alert-warning'}`, {role: 'status'},
        side.cause && h('div', said(side.cause)), todo && h('div', todo),
        side.status === 'paused' && h('a.btn.btn-sm.btn-primary.mt-2', {href: page.page(`${kind}/confirm`), dataset: {do: `${kind}-confirm`}},
            t('integrations.brake.look')));
}

function buttons(page, account, kind, changed) {
    const side = account[kind];
    if (!account.connected) return [];
    const does = (rest, said) => async event => {
        try {
            await busy(event.currentTarget, page.post(rest, {kind}));
            if (said) toast(said);
            changed(await page.account());
        } catch (error) {
            toastError(error);
        }
    };
    const link = (label, rest, main = false) =>
        h(`a.btn.btn-${main ? 'primary' : 'outline-secondary'}`, {href: page.page(`${kind}/${rest}`), dataset: {do: `${kind}-${rest}`}}, label);
    const button = (label, name, onclick, look = 'outline-secondary') =>
        h(`button.btn.btn-${look}`, {type: 'button', dataset: {do: `${kind}-${name}`}, onclick}, label);
    if (side.status === 'reconnect') return [];
    if (!isRunning(side)) return [link(t('integrations.setUp'), 'settings', true)];
    return [
        button([icon('arrow-repeat'), h('span', t('integrations.sync'))], 'sync', does('/sync', ''), 'primary'),
        link(t('integrations.changeSettings'), 'settings'),
        link(t('integrations.preview'), 'preview'),
        button(t('integrations.stop'), 'stop', async event => {
            const target = event.currentTarget;
            if (await confirm({title: t('integrations.stop.title', {kind: kindName(kind)}), action: t('integrations.stop'),
                               text: t('integrations.stop.text')}))
                await stop(page, kind, target);
        }),
    ];
}

/** Back to where one starts: for contacts, to another provider (A8). */
async function stop(page, kind, button) {
    try {
        await busy(button, page.post('/stop', {kind}));
        toast(t('integrations.stopped', {kind: kindName(kind)}));
        location.hash = kind === 'contacts' ? `#/integrations/new${page.whose ? `?user=${encodeURIComponent(page.whose)}` : ''}`
                                            : page.page('calendar/settings');
    } catch (error) {
        toastError(error);
    }
}
