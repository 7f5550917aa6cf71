// What changed in a field, as the history keeps it, in people's words: names for ids, dates, yes and no.
import {h} from '../../lib/dom.js';
import {currentZone, dateTime, number, plainDate, wallTime} from '../../lib/format.js';
import {hasText, t} from '../../lib/i18n.js';
import {recordName} from './related.js';
import {labelText} from './value_lists.js';
import {stageText} from './values.js';

const links = {company: '/companies', companies: '/companies', contacts: '/contacts', deals: '/deals'};
const labelled = ['emails', 'phones', 'urls', 'ims', 'dates'];
const privacies = ['public', 'private', 'confidential'];
/** Lists have their items between characters that nobody types, or each on a line. */
const items = text => text.split(/[\u001e\u001f\n]+/).filter(Boolean);
const lists = ['tags', 'domains', 'members', 'otherEmails'];
const word = key => hasText(key) ? t(key) : null;

/** "2026-01-05 10:00 Europe/Berlin", wherever it stands in the text. */
const moments = text => text.replaceAll(/(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d)(?::\d\d)?( UTC| [A-Z]\w+\/[\w/+-]+)?)?/g, (_, day, hour, zone = '') =>
    hour ? wallTime(`${day}T${hour}`, {dateStyle: 'medium', timeStyle: 'short'}) + (zone.trim() === currentZone() ? '' : zone) : plainDate(day));

const kinds = {
    stage: stageText,
    value: text => number(Number(text) / 100),
    start: moments, end: moments, birthday: moments, extraDates: moments,
    exceptions: text => moments(text).replaceAll(' cancelled', ` ${t('calendar.is.cancelled')}`).replaceAll(' -> ', ' → '),
    completed: text => dateTime(new Date(Number(text) * 1000)),
    privacy: text => word(`calendar.privacy.${privacies[text]}`) ?? text,
    visibility: text => word(`me.visibility.${text}`) ?? text,
    role: text => word(`admin.user.role.${text}`) ?? text,
    session: text => word(`history.session.${text}`) ?? text,
    reminders: text => text.replaceAll(/(-?\d+) min \w+/g, (_, n) => n === '0' ? t('calendar.remind.start') : t('calendar.remind.minutes', {n: Number(n)})),
    participants: text => text.replaceAll(/ (?:required|optional|chair|none) (\S+)(?: organizer)?(?: \w+)?$/gm,
        (_, response) => ` (${word(`calendar.response.${response}`) ?? response})`),
    custom: text => items(text).reduce((all, part, at) => all + (at % 2 ? `: ${part}` : `${all && ', '}${part}`), ''),
};

/**
 * @param names.people  Map of login → name; names.types: Map of activity type's id → name
 * @returns text or an element; '' where nothing was
 */
export function changeText(field, text, {people, types = new Map(), signal}) {
    if (!text) return '';
    if (field === 'owner') return people.get(text) ?? text;
    if (field === 'type') return types.get(text) ?? text;
    if (field in links)
        return h('span', items(text).flatMap((id, at) => [at > 0 && ', ', recordName(links[field], id, signal, t('history.gone'))]));
    if (text === 'yes' || text === 'no') return t(text);
    if (labelled.includes(field)) return text.replaceAll(/ \*$/gm, '').replaceAll(/^([^:\s]+): (.*)$/gm, (_, label, value) => `${value} (${labelText(label)})`);
    if (lists.includes(field)) return items(text).join(', ');
    return kinds[field]?.(text) ?? text.replace(/[\u001e\u001f]+$/, '').replaceAll(/[\u001e\u001f]+/g, ', ');
}

/** A company that came with its name is told by its name. */
export const worthTelling = fields =>
    fields.filter(({field}) => field !== 'company' || !fields.some(other => other.field === 'companyName'));

/** Rules of a series are no words: that they changed is. */
export const isOpaque = field => field === 'rrule';
