// A colleague's activity, as far as one may see it: to read.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dialog} from '../../lib/ui.js';
import {placed} from './layout.js';
import {described, titleOf} from './words.js';

export function readOnly(record, item, page) {
    const type = page.types.get(item.type);
    const row = (label, text) => text && [h('dt', label), h('dd.wrap-anywhere', text)];
    const people = record.participants.map(one => one.name || one.email).join(', ');
    return dialog({title: titleOf(item), cancel: t('close'), body: h('dl.cal-reading',
        row(t('calendar.when'), described(placed(item), type?.name)),
        row(t('calendar.owner'), page.names.get(record.owner) ?? record.owner),
        row(t('calendar.location'), item.location),
        row(t('calendar.participants'), people),
        row(t('calendar.notes'), record.notes))});
}
