// One entry of the history: who, when, from where, what it was before and after.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {dateTime, relative} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {badge, toastError} from '../../lib/ui.js';
import {browserName} from '../me/browsers.js';
import {changeText, isOpaque, worthTelling} from '../records/changes.js';
import {button, reload, row, small, toastWithUndo, word} from './parts.js';

const undoable = ['contact', 'company', 'deal', 'activity', 'object', 'collection'];
const kinds = {created: 'success', deleted: 'danger', erased: 'danger', restored: 'primary', merged: 'primary'};

/** @param names  {people, types, signal}: see changeText */
export function entry(one, names) {
    const may = undoable.includes(one.kind) && one.deed !== 'erased';
    return row([
        h('div', badge(word('deed', one.deed), kinds[one.deed]), ' ',
          h('a.title-link', {href: `#/admin/history?record=${one.record}`}, one.title || t('admin.untitled')),
          ' ', h('span.text-secondary', word('kind', one.kind))),
        small(h('time', {datetime: one.at, title: dateTime(one.at)}, relative(one.at)), ' · ', dateTime(one.at)),
        small(from(one, names)),
        one.fields.length > 0 && changes(one.fields, names),
    ], may && button(t('undo'), () => undo(one)));
}

/** Who and by what: Anna Berger · her phone · CalDAV · DAVx5/4.4 · 192.0.2.1 · a run */
function from(one, names) {
    const parts = [
        one.by ? h('a', {href: `#/admin/history?login=${encodeURIComponent(one.by)}`}, names.people.get(one.by) ?? one.by) : t('admin.system'),
        one.device && h('a', {href: `#/admin/history?${new URLSearchParams({login: one.by, device: one.device})}`}, one.device),
        word('via', one.via), one.agent && agent(one.agent), one.address, one.run && runLink(one)];
    return parts.filter(Boolean).flatMap((part, index) => index ? [' · ', part] : [part]);
}

const agent = text => text.startsWith('Mozilla/') ? h('span', {title: text}, browserName(text)) : text;

function runLink(one) {
    const [account, kind, run] = one.run.split(':');
    const where = new URLSearchParams({user: one.by, kind, run});
    return h('a', {href: `#/integrations/${account}/journal?${where}`}, t('admin.history.run'));
}

function changes(fields, names) {
    return h('ul.admin-changes.small', worthTelling(fields).map(({field, before, after}) => h('li',
        h('span.fw-semibold', word('field', field)), ': ',
        isOpaque(field) ? t('history.changed') : field === 'merged' ? after : !before && !after ? t('admin.history.secret') : [
            before && h('del', changeText(field, before, names)), before && ' ', '→ ',
            after ? h('ins', changeText(field, after, names)) : t('admin.history.empty')])));
}

async function undo(one) {
    try {
        await api.post('/undo', {entry: one.id});
        toastWithUndo(t('admin.history.undone', {title: one.title || t('admin.untitled')}), one.record, reload);
        reload();
    } catch (error) {
        toastError(error);
    }
}
