// Dates, times and sums as people read them: their language, their zone.
import {locale} from './i18n.js';

let zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** @param wanted  IANA; empty: the browser's */
export function useZone(wanted) {
    if (wanted) zone = wanted;
}
export const currentZone = () => zone;

const kept = new Map();
function formatter(options) {
    const key = JSON.stringify([locale, zone, options]);
    if (!kept.has(key)) kept.set(key, new Intl.DateTimeFormat(locale, {timeZone: zone, ...options}));
    return kept.get(key);
}

const moment = value => value instanceof Date ? value : new Date(value);

// Of moments: RFC 3339 texts with an offset, or Date.
export const date = value => formatter({dateStyle: 'medium'}).format(moment(value));
export const time = value => formatter({timeStyle: 'short'}).format(moment(value));
export const dateTime = value => formatter({dateStyle: 'medium', timeStyle: 'short'}).format(moment(value));
export const weekday = value => formatter({weekday: 'long', day: 'numeric', month: 'long'}).format(moment(value));

/** A plain date, "2026-11-20": the same everywhere. */
export function plainDate(text, options = {dateStyle: 'medium'}) {
    return new Intl.DateTimeFormat(locale, {timeZone: 'UTC', ...options}).format(new Date(`${text.slice(0, 10)}T00:00Z`));
}
/** A wall clock, "2026-11-20T09:00": read as written. */
export function wallTime(text, options = {timeStyle: 'short'}) {
    return new Intl.DateTimeFormat(locale, {timeZone: 'UTC', ...options}).format(new Date(`${text.slice(0, 16)}Z`));
}

const steps = [['year', 31536000], ['month', 2592000], ['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60]];
/** "3 minutes ago", "in 2 hours". */
export function relative(value, now = Date.now()) {
    const seconds = (moment(value) - now) / 1000;
    const words = new Intl.RelativeTimeFormat(locale, {numeric: 'auto'});
    for (const [unit, length] of steps)
        if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
    return words.format(0, 'second');
}

export const number = value => new Intl.NumberFormat(locale).format(value);
export function money(cents, currency) {
    try {
        return new Intl.NumberFormat(locale, {style: 'currency', currency}).format(cents / 100);
    } catch {
        return `${number(cents / 100)} ${currency}`;  // three letters that are no currency
    }
}
export function bytes(count) {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
    const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
    return new Intl.NumberFormat(locale, {style: 'unit', unit: units[step], maximumFractionDigits: 1})
        .format(count / 1000 ** step);
}

/** First day of the week in a region (ISO 3166), 0 Sunday … 6 Saturday. */
export function firstWeekday(region) {
    try {
        const place = new Intl.Locale('und', {region});
        const info = place.getWeekInfo?.() ?? place.weekInfo;
        return info ? info.firstDay % 7 : 1;
    } catch {
        return 1;
    }
}
