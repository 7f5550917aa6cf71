// Wall clocks as the API writes them: "2026-11-20T09:00", and dates: "2026-11-20". Reckoned as if in UTC, where every
// day has 24 hours: which moment they are, only the server says.

const minute = 60000;
export const dayMinutes = 1440;

const pad = value => String(value).padStart(2, '0');

/** Minutes since 1970 of a wall clock or a date. */
export const minutesOf = text => Date.parse(text.length === 10 ? `${text}T00:00Z` : `${text.slice(0, 16)}Z`) / minute;

export function textOf(minutes) {
    return new Date(minutes * minute).toISOString().slice(0, 16);
}
export const dateOf = minutes => textOf(minutes).slice(0, 10);

export const addDays = (date, days) => dateOf(minutesOf(date) + days * dayMinutes);
export const daysBetween = (from, until) => Math.round((minutesOf(until) - minutesOf(from)) / dayMinutes);
/** 0 Sunday … 6 Saturday */
export const weekdayOf = date => new Date(`${date}T00:00Z`).getUTCDay();

export function addMonths(date, months) {
    const [year, month, day] = date.split('-').map(Number);
    const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
    return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
}
export const monthStart = date => `${date.slice(0, 7)}-01`;
export function weekStart(date, firstDay) {
    return addDays(date, -((weekdayOf(date) - firstDay + 7) % 7));
}

/** What the clocks of the zone show now. */
export function nowIn(zone) {
    const parts = Object.fromEntries(new Intl.DateTimeFormat('en', {timeZone: zone, hourCycle: 'h23', year: 'numeric',
        month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit'}).formatToParts(new Date())
        .map(({type, value}) => [type, value]));
    return `${parts.year}-${parts.month}-${parts.day}T${pad(Number(parts.hour) % 24)}:${parts.minute}`;
}

/** The days that a view of `date` shows: [first, the day after the last). */
export function spanOf(view, date, firstDay) {
    if (view === 'day') return [date, addDays(date, 1)];
    if (view === 'week') {
        const first = weekStart(date, firstDay);
        return [first, addDays(first, 7)];
    }
    if (view === 'agenda') return [date, addDays(date, 28)];
    const first = weekStart(monthStart(date), firstDay);
    const next = addMonths(monthStart(date), 1);
    const rest = daysBetween(first, next);
    return [first, addDays(first, Math.ceil(rest / 7) * 7)];
}

/** The date one step on, or back. */
export function stepped(view, date, by) {
    if (view === 'month') return addMonths(monthStart(date), by);
    return addDays(date, by * {day: 1, week: 7, agenda: 28}[view]);
}

export function daysOf([from, until]) {
    const days = [];
    for (let day = from; day < until; day = addDays(day, 1)) days.push(day);
    return days;
}
