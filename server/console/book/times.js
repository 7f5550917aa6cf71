// Times in the visitor's zone, which they may change.
import {h} from '../lib/dom.js';
import {locale, t} from './texts.js';

let zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const visitorsZone = () => zone;

const format = (date, options) => new Intl.DateTimeFormat(locale, {timeZone: zone, ...options}).format(date);
export const clock = date => format(date, {hour: 'numeric', minute: '2-digit'});
export const day = date => format(date, {weekday: 'long', day: 'numeric', month: 'long'});
export const inFull = date => `${format(date, {weekday: 'short', day: 'numeric', month: 'short', year: 'numeric'})}, ${clock(date)}`;
/** The same for all times of one day. */
export const dayKey = date => new Intl.DateTimeFormat('en-CA', {timeZone: zone}).format(date);

/** @param changed  called with the new zone in force */
export function zonePicker(changed) {
    const names = Intl.supportedValuesOf?.('timeZone') ?? [zone];
    const choice = h('select.form-select.form-select-sm', {id: 'zone', onchange: () => { zone = choice.value; changed(); }},
        [...new Set([zone, ...names])].sort().map(name => h('option', {value: name, selected: name === zone}, name.replaceAll('_', ' '))));
    return h('div.book-zone', h('label.form-label', {for: 'zone'}, t('zone')), choice);
}
