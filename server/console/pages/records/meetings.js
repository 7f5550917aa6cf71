// Activities of a record: those to come, then those that were.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {plainDate, wallTime} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {badge, empty} from '../../lib/ui.js';

export async function meetingsTab(page) {
    const {kind, record, context} = page;
    const [all, types] = await Promise.all([
        api.all('/activities', {[kind.kind]: record.id, limit: 500}, {signal: context.signal}, 2000),
        api.list('/activity-types', {}, {signal: context.signal}),
    ]);
    if (all.length === 0) return empty({icon: 'calendar-week', title: t('meetings.none'), text: t(`meetings.none.${kind.kind}`)});
    const now = new Date().toISOString();
    const when = one => one.start ?? one.due ?? '';
    const coming = all.filter(one => !one.done && (one.end ?? one.due ?? one.start ?? '') >= now.slice(0, 16))
        .sort((a, b) => when(a).localeCompare(when(b)));
    const past = all.filter(one => !coming.includes(one)).sort((a, b) => when(b).localeCompare(when(a)));
    return [section('meetings.coming', coming, types.items), section('meetings.past', past, types.items)];
}

function section(title, activities, types) {
    if (activities.length === 0) return null;
    return h('section', h('h2.h6.mt-2', t(title)), h('ul.meetings', activities.map(one => meeting(one, types))));
}

function meeting(one, types) {
    const type = types.find(each => each.key === one.type);
    const dot = h('span.type-dot', {'aria-hidden': 'true'});
    if (type) dot.style.backgroundColor = type.color;
    const people = (one.participants ?? []).map(p => p.name || p.email);
    return h('li.meeting', dot, h('div.record-lines',
        h('span.record-name', one.subject || t('meetings.untitled'), ' ', one.cancelled && badge(t('meetings.cancelled')),
          one.done && badge(t('meetings.done'), 'success')),
        h('span.record-more', [whenText(one), type?.name, one.location].filter(Boolean).join(' · ')),
        people.length > 0 && h('span.record-more', t('meetings.with', {people: people.slice(0, 8).join(', ')}))));
}

function whenText(one) {
    const start = one.start ?? one.due;
    if (!start) return '';
    const day = plainDate(start, {weekday: 'short', day: 'numeric', month: 'short', year: 'numeric'});
    if (one.allDay || start.length <= 10) return day;
    const end = one.start && one.end && one.end.slice(0, 10) === start.slice(0, 10) ? `–${wallTime(one.end)}` : '';
    return `${day}, ${wallTime(start)}${end}`;
}
