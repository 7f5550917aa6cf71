// What happened to a record, and back: one entry of its history after the other.
import {api} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {dateTime, relative} from '../../lib/format.js';
import {hasText, t} from '../../lib/i18n.js';
import {busy, empty, toast, toastError} from '../../lib/ui.js';
import {changeText, isOpaque, worthTelling} from './changes.js';
import {colleagueNames} from './related.js';
import {fieldTitle} from './values.js';

export async function historyTab(page) {
    const {record, context} = page;
    const list = h('ol.history');
    const more = h('button.btn.btn-outline-primary', {type: 'button', hidden: true}, t('more'));
    const {signal} = context;
    let [found, people] = await Promise.all([api.list('/history', {record: record.id, limit: 50}, {signal}), colleagueNames(signal)]);
    const add = () => {
        list.append(...found.items.map(entry => entryOf(page, entry, {people, signal})));
        more.hidden = !found.next;
    };
    more.addEventListener('click', async () => {
        try {
            found = await busy(more, api.next(found, {signal}));
            add();
        } catch (error) {
            toastError(error);
        }
    });
    add();
    return list.childElementCount ? [list, more] : empty({icon: 'clock-history', title: t('history.none')});
}

function entryOf(page, entry, names) {
    const undo = h('button.btn.btn-sm.btn-outline-secondary', {type: 'button', onclick: () => takeBack(page, entry, undo)},
        icon('arrow-counterclockwise'), t('undo'));
    const where = [viaText(entry.via), entry.device].filter(Boolean).join(', ');
    return h('li.history-entry',
        h('div.history-head', h('div.flex-grow-1',
            h('strong', names.people.get(entry.by) ?? (entry.by || t('history.system'))), ' ', t(`history.${entry.deed}`), ' ',
            h('time.text-secondary', {datetime: entry.at, title: dateTime(entry.at)}, relative(entry.at)),
            h('div.small.text-secondary', where)), undo),
        entry.fields.length > 0 && h('dl.history-fields', worthTelling(entry.fields).map(change => [
            h('dt', change.field === 'merged' ? t('history.merged.with') : fieldTitle(change.field)),
            h('dd.wrap-anywhere', change.field === 'merged' ? change.after : beforeAfter(change, names))])));
}

const viaText = via => hasText(`via.${via}`) ? t(`via.${via}`) : via;

function beforeAfter({field, before, after}, names) {
    if (isOpaque(field)) return t('history.changed');
    const shown = (mark, text) => text ? h(mark, changeText(field, text, names)) : h('span.text-secondary', t('history.empty'));
    return [shown('del', before), ' → ', shown('ins', after)];
}

async function takeBack(page, entry, button) {
    const {kind, context} = page;
    try {
        await busy(button, api.post('/undo', {entry: entry.id}));
        if (entry.deed === 'created' || entry.deed === 'restored') {  // it is in the trash now
            context.navigate(kind.base);
            return toast(t('records.deleted', {name: kind.title(page.record)}), {undo: async () => {
                try {
                    await api.post(`/trash/${kind.kind}/${page.record.id}/restore`);
                    context.navigate(`${kind.base}/${page.record.id}`);
                } catch (error) {
                    toastError(error);
                }
            }});
        }
        toast(t('undone'));
        await page.reload();
        button.closest('[role=tabpanel]')?.firstChild.replaceChildren(...[await historyTab(page)].flat());
    } catch (error) {
        toastError(error);
    }
}
