// Accounts at providers, of everybody.
import {api} from '../../lib/api.js';
import {fill, h} from '../../lib/dom.js';
import {relative} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {empty, pageHead} from '../../lib/ui.js';
import {select} from '../../lib/form.js';
import {said} from '../../lib/said.js';
import {statusBadge} from '../integrations/words.js';
import {act, button, reload, row, rows, small, userChoices} from './parts.js';

export const providers = {google: 'Google', microsoft: 'Outlook', icloud: 'iCloud', dav: 'CalDAV/CardDAV'};
const trouble = ['failing', 'reconnect', 'paused', 'limit'];

export async function render({query, signal}) {
    const [{items}, {items: users}] = await Promise.all([api.list('/accounts', {user: '*'}, {signal}),
                                                         api.list('/users', {}, {signal})]);
    const names = new Map(users.map(one => [one.login, one.name || one.login]));
    const list = h('div.panel');
    const show = () => fill(list, found(items, names, user.querySelector('select').value, state.querySelector('select').value));
    const user = select('user', userChoices(users, ['', t('admin.everybody')]), {label: t('admin.user'),
        value: query.user ?? '', onchange: () => show()});
    const state = select('state', ['', 'trouble', 'started', 'off'].map(name => [name, t(`admin.accounts.state.${name || 'all'}`)]),
        {label: t('admin.accounts.state'), value: query.state ?? '', onchange: () => show()});
    show();
    return [pageHead(t('admin.accounts')), h('div.admin-filters', user, state), list];
}

const sides = account => [['calendar', account.calendar], ['contacts', account.contacts]];

function found(accounts, names, user, state) {
    const wanted = {
        '': () => true,
        trouble: account => sides(account).some(([, side]) => trouble.includes(side.status)),
        started: account => sides(account).some(([, side]) => ['active', 'syncing', ...trouble].includes(side.status)),
        off: account => !account.connected,
    }[state] ?? (() => true);
    const some = accounts.filter(account => (!user || account.user === user) && wanted(account));
    if (!some.length) return empty({icon: 'arrow-repeat', title: t(accounts.length ? 'admin.accounts.noMatch' : 'admin.accounts.none')});
    return rows(some.map(account => accountRow(account, names.get(account.user) ?? account.user)));
}

function accountRow(account, user) {
    return row([
        h('a.title-link', {href: `#/integrations/${account.id}?user=${encodeURIComponent(account.user)}`}, account.login),
        small([providers[account.provider] ?? account.provider, user, account.address].filter(Boolean).join(' · ')),
        !account.connected && small(t('admin.accounts.disconnected')),
        sides(account).filter(([, side]) => side.status !== 'none').map(([kind, side]) => sideLine(account, kind, side)),
    ]);
}

function sideLine(account, kind, side) {
    const started = ['active', 'syncing', 'failing', 'limit'].includes(side.status);
    const call = what => act(() => api.post(`/accounts/${account.id}/${what}?user=${encodeURIComponent(account.user)}&kind=${kind}`),
        t(`admin.accounts.${what}.done`), reload);
    return h('div.d-flex.flex-wrap.gap-2.align-items-center.mt-2',
        h('span', t(`admin.accounts.${kind}`)), statusBadge(side),
        h('span.small.text-secondary', side.lastSuccess ? t('admin.accounts.lastSync', {when: relative(side.lastSuccess)})
                                                        : t('admin.accounts.neverSynced')),
        started && button(t('admin.accounts.sync'), () => call('sync')),
        started && button(t('admin.accounts.stop'), () => call('stop')),
        side.cause && h('div.w-100.small', said(side.cause)));
}
