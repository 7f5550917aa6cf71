// What was deleted and can come back.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {relative} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {empty, pageHead, toastError} from '../../lib/ui.js';
import {ask} from './erase.js';
import {button, reload, row, rows, small, toastWithUndo, word} from './parts.js';

export async function render({query, signal}) {
    const limit = Math.min(500, Number(query.limit) || 100);
    const {items} = await api.list('/trash', {limit}, {signal});
    const list = h('div.panel', items.length ? rows(items.map(one => item(one, signal)))
        : empty({icon: 'trash', title: t('admin.trash.none'), text: t('admin.trash.none.text')}));
    const more = items.length === limit && limit < 500 &&
        h('p.mt-3', h('a.btn.btn-outline-secondary', {href: '#/admin/trash?limit=500'}, t('more')));
    return [pageHead(t('admin.trash')), h('p.text-secondary', t('admin.trash.text')), list, more];
}

function item(one, signal) {
    const back = h('button.btn.btn-sm.btn-outline-primary', {type: 'button', onclick: async () => {
        back.disabled = true;
        try {
            await api.post(`/trash/${one.kind}/${one.record}/restore`);
            toastWithUndo(t('admin.trash.restored', {title: one.title || t('admin.untitled')}), one.record, reload);
            reload();
        } catch (error) {
            back.disabled = false;
            toastError(error);
        }
    }}, t('admin.trash.restore'));
    return row([
        h('span.fw-semibold', one.title || t('admin.untitled')),
        small([word('kind', one.kind), one.owner || t('admin.organisations'),
               t('admin.trash.when', {when: relative(one.deleted)}), one.deletedBy && t('admin.trash.by', {who: one.deletedBy})]
            .filter(Boolean).join(' · ')),
    ], h('a.btn.btn-sm.btn-outline-secondary', {href: `#/admin/history?record=${one.record}`}, t('admin.history')), back,
        one.kind === 'contact' && button(t('admin.erase.do'),
            () => ask({id: one.record, displayName: one.title, emails: []}, signal, reload), 'outline-danger'));
}
