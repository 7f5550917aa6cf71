// How the server is.
import {api} from '../../lib/api.js';
import {fill, h, icon} from '../../lib/dom.js';
import {bytes, dateTime, number, relative, time} from '../../lib/format.js';
import {hasText, t} from '../../lib/i18n.js';
import {said} from '../../lib/said.js';
import {badge, pageHead} from '../../lib/ui.js';
import {facts, panel, row, rows, small} from './parts.js';
import {providers} from './accounts.js';

const often = 30_000;

export async function render({signal}) {
    const place = h('div');
    const load = async () => fill(place, cards(await api.get('/health', {}, {signal})));
    await load();
    // As long as somebody looks.
    const timer = setInterval(() => { if (!document.hidden) load().catch(() => {}); }, often);
    signal.addEventListener('abort', () => clearInterval(timer));
    return [pageHead(t('admin.health')), place];
}

function cards(health) {
    const {store, outbox} = health;
    return [
        h('div.admin-cards',
            panel(t('admin.health.program'), facts([
                [t('admin.health.version'), health.version],
                [t('admin.health.started'), dateTime(health.started)],
                [t('admin.health.uptime'), duration(health.uptime)],
            ])),
            panel(t('admin.health.store'), facts([
                [t('admin.health.engine'), {sqlite: 'SQLite', postgresql: 'PostgreSQL'}[store.engine] ?? store.engine],
                [t('admin.health.bytes'), bytes(store.bytes)],
                [t('admin.health.schema'), number(store.schema)],
                [t('admin.health.users'), number(store.users)],
                [t('nav.contacts'), number(store.contacts)],
                [t('admin.health.activities'), number(store.activities)],
                [t('admin.health.changes'), number(store.changes)],
            ])),
            panel(t('admin.health.backup'), backup(health)),
            panel(t('admin.health.outbox'), facts([
                [t('admin.health.waiting'), number(outbox.waiting)],
                [t('admin.health.failed'), outbox.failed ? badge(number(outbox.failed), 'danger') : number(0)],
            ])),
            panel(t('admin.accounts'), facts([
                [t('admin.health.connected'), number(health.accounts)],
                ...health.statuses.map(one => [`${t(`admin.accounts.${one.kind}`)}: ${t(`integrations.status.${one.status}`)}`, number(one.count)]),
            ])),
            panel(t('admin.health.work'), health.work.length
                ? rows(health.work.map(one => row([h('span', {title: one.holder}, workName(one.name)), small(t('admin.health.work.until', {when: time(one.until)}))])))
                : h('p.mb-0.text-secondary', t('admin.health.work.none')))),
        panel(t('admin.health.trouble'), troubles(health.failing)),
    ];
}

/** Leases are called "upkeep", "sync:ACCOUNT:calendar" … */
function workName(name) {
    const key = `admin.health.work.${name.split(':')[0]}`;
    return hasText(key) ? t(key) : name;
}

function backup({lastBackup, now}) {
    if (!lastBackup) return h('p.mb-0', badge(t('admin.health.backup.never'), 'warning'), ' ', t('admin.health.backup.how'));
    const old = Date.parse(now) - Date.parse(lastBackup) > 2 * 86_400_000;
    return [h('p.mb-1', relative(lastBackup), ' ', old && badge(t('admin.health.backup.old'), 'warning')),
            small(dateTime(lastBackup))];
}

function troubles(failing) {
    if (!failing.length) return h('p.mb-0', icon('check-circle-fill', 'text-success'), ' ', t('admin.health.fine'));
    return rows(failing.map(one => row([
        h('a.title-link', {href: `#/integrations/${one.account}?user=${encodeURIComponent(one.user)}`}, one.login),
        small([providers[one.provider] ?? one.provider, one.user, t(`admin.accounts.${one.kind}`)].join(' · ')),
        one.cause && h('div', said(one.cause)),
        one.nextTry && small(t('admin.health.nextTry', {when: relative(one.nextTry)})),
    ], badge(t(`integrations.status.${one.status}`), ['failing', 'reconnect'].includes(one.status) ? 'danger' : 'warning'))));
}

/** "3 days, 4 hours": the two largest parts. */
function duration(seconds) {
    const parts = [['day', 86400], ['hour', 3600], ['minute', 60]];
    const found = [];
    for (const [unit, length] of parts) {
        const n = Math.floor(seconds / length);
        seconds %= length;
        if (n) found.push(t(`admin.health.${unit}`, {n}));
    }
    return found.slice(0, 2).join(', ') || t('admin.health.minute', {n: 0});
}
