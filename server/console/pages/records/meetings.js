// Meetings of a record: those to come, the next first, then those that were, the latest first; more of them on demand.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {plainDate, wallTime} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {badge, busy, empty, toastError} from '../../lib/ui.js';

const plural = {contact: 'contacts', company: 'companies', deal: 'deals'};

export async function meetingsTab(page) {
    const {kind, record, context: {signal}} = page;
    const ask = when => api.list(`/${plural[kind.kind]}/${record.id}/meetings`, {when, limit: 50}, {signal});
    const [coming, past, open, types] = await Promise.all([
        ask('coming'), ask('past'),
        api.list('/activities', {[kind.kind]: record.id, done: false, limit: 500}, {signal}),
        api.list('/activity-types', {}, {signal}),
    ]);
    const undated = {items: open.items.filter(one => !one.start && !one.due).map(one => ({at: one, record: one}))};
    if (![coming, past, undated].some(found => found.items.length))
        return empty({icon: 'calendar-week', title: t('meetings.none'), text: t(`meetings.none.${kind.kind}`)});
    return [['coming', coming], ['undated', undated], ['past', past]].map(([name, found]) =>
        section(t(`meetings.${name}`), found, types.items, signal));
}

function section(title, found, types, signal) {
    if (found.items.length === 0) return null;
    const rows = items => items.map(one => meeting(one, types));
    const list = h('ul.meetings', rows(found.items));
    const more = found.next && h('button.btn.btn-outline-primary', {type: 'button', onclick: async () => {
        try {
            found = await busy(more, api.next(found, {signal}));
            const added = rows(found.items);
            list.append(...added);
            if (!found.next) more.remove();
            added[0]?.setAttribute('tabindex', '-1');
            added[0]?.focus();
        } catch (error) {
            toastError(error);
        }
    }}, t('more'));
    return h('section', h('h2.h6.mt-2', title), list, more);
}

const answers = {accepted: 'meetings.accepted', declined: 'meetings.declined', tentative: 'meetings.tentative'};

/** @param one  {at, record}: when it takes place, and the activity that it is of */
function meeting({at, record}, types) {
    const type = types.find(each => each.key === at.type);
    const dot = h('span.type-dot', {'aria-hidden': 'true'});
    if (type) dot.style.backgroundColor = type.color;
    const people = (record.participants ?? []).map(p => {
        const answer = answers[p.response];
        return answer ? t(answer, {name: p.name || p.email}) : p.name || p.email;
    });
    return h('li.meeting', dot, h('div.record-lines',
        h('span.record-name', at.subject || t('meetings.untitled'), ' ', at.cancelled && badge(t('meetings.cancelled')),
          at.done && badge(t('meetings.done'), 'success')),
        h('span.record-more', [whenText(at), type?.name, at.location].filter(Boolean).join(' · ')),
        people.length > 0 && h('span.record-more', t('meetings.with', {people: people.slice(0, 8).join(', ')}))));
}

function whenText(at) {
    if (!at.start) return '';
    const day = plainDate(at.start, {weekday: 'short', day: 'numeric', month: 'short', year: 'numeric'});
    if (at.allDay || at.start.length <= 10) return day;
    const end = at.end && at.end.slice(0, 10) === at.start.slice(0, 10) ? `–${wallTime(at.end)}` : '';
    return `${day}, ${wallTime(at.start)}${end}`;
}
