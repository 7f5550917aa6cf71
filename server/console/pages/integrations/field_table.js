// Field by field: before, after, and what didn't win.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {fieldName} from './words.js';

/** @param sided  whether the fields say on which side they change */
export function fieldTable(fields, sided = false) {
    const lost = fields.some(field => field.lost);
    const value = text => h('td.wrap-anywhere', text || h('span.text-secondary', '–'));
    return h('div.table-responsive', {tabindex: '0', role: 'group', 'aria-label': t('integrations.fieldsOf')}, h('table.table.table-sm.mb-0.field-table',
        h('thead', h('tr', h('th', {scope: 'col'}, t('integrations.field')), sided && h('th', {scope: 'col'}, t('integrations.field.to')),
            h('th', {scope: 'col'}, t('integrations.before')), h('th', {scope: 'col'}, t('integrations.after')),
            lost && h('th', {scope: 'col'}, t('integrations.lost')))),
        h('tbody', fields.map(field => h('tr', h('th', {scope: 'row'}, fieldName(field.field)),
            sided && h('td', t(`integrations.to.${field.to}`), field.refused && ` (${t('integrations.refused')})`),
            value(field.before), value(field.after), lost && value(field.lost))))));
}
