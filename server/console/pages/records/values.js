// Values of fields as people read them: in conflicts, in the history, in previews.
import {plainDate, money} from '../../lib/format.js';
import {hasText, t} from '../../lib/i18n.js';
import {labelText} from './value_lists.js';

export const fieldTitle = name => hasText(`field.${name}`) ? t(`field.${name}`) : name;

const labelled = value => value.label ? `${value.value} (${labelText(value.label)})` : value.value;
export const addressText = a =>
    [a.street, a.extended, a.poBox, [a.postcode, a.city].filter(Boolean).join(' '), a.region, a.country].filter(Boolean).join(', ');

/** @param value  as the API has it */
export function fieldText(name, value) {
    if (value === null || value === undefined || value === '') return '';
    if (name === 'addresses') return value.map(addressText).join('\n');
    if (name === 'birthday') return plainDate(value);
    if (name === 'stage') return stageText(value);
    if (Array.isArray(value)) return value.map(one => typeof one === 'object' ? labelled(one) : String(one)).join('\n');
    if (typeof value === 'object') return Object.entries(value).map(([key, text]) => `${key}: ${text}`).join('\n');
    return String(value);
}

export const stages = ['lead', 'qualified', 'proposal', 'won', 'lost'];
export const stageText = stage => hasText(`stage.${stage}`) ? t(`stage.${stage}`) : stage;
export const dealValue = deal => money(deal.valueCents, deal.currency);
