// What happened: by record, by person and by device, and back.
import {api} from '../../lib/api.js';
import {fill, h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {empty, pageHead, show, toastError} from '../../lib/ui.js';
import {input, select, values} from '../../lib/form.js';
import {moment, userChoices} from './parts.js';
import {entry} from './history_entry.js';
import {findRecord} from './history_record.js';
import {undoDevice} from './history_device.js';

export async function render({query, signal, navigate}) {
    const [{items: users}, {items: types}] = await Promise.all([api.list('/users', {}, {signal}),
                                                                api.list('/activity-types', {}, {signal})]);
    const names = {types: new Map(types.map(type => [type.id, type.name])), signal,
                   people: new Map(users.map(user => [user.login, user.name || user.login]))};
    const devices = h('datalist', {id: 'history-devices'});
    const suggest = async login => {
        const labels = login ? await labelsOf(login, signal) : [];
        fill(devices, labels.map(label => h('option', {value: label})));
    };
    const go = changed => {
        const wanted = {...query, ...changed};
        const some = Object.entries(wanted).filter(([, value]) => value);
        navigate(`admin/history${some.length ? `?${new URLSearchParams(some)}` : ''}`);
    };
    const form = h('form.admin-filters', {novalidate: true, onsubmit: event => {
        event.preventDefault();
        go(values(form));
    }},
        select('login', userChoices(users, ['', t('admin.everybody')]), {label: t('admin.history.who'),
            value: query.login ?? '', onchange: event => suggest(event.target.value)}),
        input('device', {label: t('admin.history.device'), value: query.device ?? '', list: 'history-devices'}), devices,
        input('from', {label: t('admin.history.from'), type: 'datetime-local', value: query.from ?? ''}),
        input('until', {label: t('admin.history.until'), type: 'datetime-local', value: query.until ?? ''}),
        h('button.btn.btn-primary', {type: 'submit'}, t('admin.history.show')),
        Object.keys(query).length > 0 && h('a.btn.btn-outline-secondary', {href: '#/admin/history'}, t('admin.history.all')));
    suggest(query.login).catch(() => {});
    const place = h('div.panel');
    show(place, () => list(query, names, signal));
    return [
        pageHead(t('admin.history'),
            h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => findRecord(signal, record => go({record}))},
              t('admin.history.find')),
            h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => undoDevice(users, query, labelsOf)},
              t('admin.undoDevice'))),
        form, place];
}

async function labelsOf(login, signal) {
    const {items} = await api.list(`/users/${encodeURIComponent(login)}/app-passwords`, {}, {signal});
    return [...new Set(items.map(one => one.label))];
}

async function list(query, names, signal) {
    const filter = {record: query.record, login: query.login, device: query.device, from: moment(query.from),
                    until: moment(query.until), limit: 50};
    let page = await api.list('/history', filter, {signal});
    if (!page.items.length) return empty({icon: 'clock-history', title: t('admin.history.none')});
    const entries = h('ul.admin-rows', page.items.map(one => entry(one, names)));
    const more = h('button.btn.btn-outline-secondary.mt-3', {type: 'button', hidden: !page.next, onclick: async () => {
        more.disabled = true;
        try {
            page = await api.next(page, {signal});
            entries.append(...page.items.map(one => entry(one, names)));
            more.hidden = !page.next;
        } catch (error) {
            toastError(error);
        } finally {
            more.disabled = false;
        }
    }}, t('more'));
    const one = query.record && h('p', t('admin.history.oneRecord'), ' ',
        h('strong', page.items[0].title || t('admin.untitled')));
    return [one, entries, more];
}
