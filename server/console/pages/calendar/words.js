// How the calendar says dates and times: formatters are made once for a language, not for each event.
import {locale, t} from '../../lib/i18n.js';

const kept = new Map();
function formatter(name, options) {
    const key = `${locale} ${name}`;
    if (!kept.has(key)) kept.set(key, new Intl.DateTimeFormat(locale, {timeZone: 'UTC', ...options}));
    return kept.get(key);
}
const asDate = minutes => new Date(minutes * 60000);
const saying = (name, options) => minutes => formatter(name, options).format(asDate(minutes));

export const time = saying('time', {hour: 'numeric', minute: '2-digit'});
export const hour = saying('hour', {hour: 'numeric', minute: '2-digit'});
export const weekdayShort = saying('weekday', {weekday: 'short'});
export const dayNumber = minutes => String(asDate(minutes).getUTCDate());
export const dayLong = saying('dayLong', {weekday: 'long', day: 'numeric', month: 'long'});
export const dayFull = saying('dayFull', {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric'});
export const month = saying('month', {month: 'long', year: 'numeric'});
const dayMedium = {day: 'numeric', month: 'short', year: 'numeric'};

/** "16 – 22 Nov 2026" @param until  minutes of the last day */
export const days = (from, until) => formatter('days', dayMedium).formatRange(asDate(from), asDate(until));
export const times = (from, until) => from === until ? time(from) : `${time(from)} – ${time(until)}`;

/** The time that stands in an element, beside the title. */
export const shownTime = entry => entry.item.allDay ? '' : entry.task ? time(entry.start) : times(entry.start, entry.end);

/** What a screen reader says of an occurrence, and what stands over it when one points at it: first what is written. */
export function described(entry, typeName) {
    const {item} = entry;
    const parts = [`${titleOf(item)} ${shownTime(entry)}`.trim()];
    if (entry.task) parts.push(t('calendar.dueOn', {when: dayLong(entry.start)}));
    else if (entry.first === entry.last) parts.push(dayLong(entry.start));
    else if (item.allDay) parts.push(days(entry.start, entry.end - 1));
    else parts.push(`${dayLong(entry.start)} – ${dayLong(entry.end)}`);
    if (typeName) parts.push(typeName);
    if (item.location) parts.push(item.location);
    for (const state of ['series', 'done', 'cancelled', 'tentative']) if (item[state]) parts.push(t(`calendar.is.${state}`));
    if (item.privacy !== 'public') parts.push(t(`calendar.privacy.${item.privacy}`));
    return parts.join(', ');
}

export const titleOf = item => item.subject || (item.type ? t('calendar.noSubject') : t('calendar.busy'));
