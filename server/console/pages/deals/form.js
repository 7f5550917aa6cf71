// All fields of a deal.
import {api} from '../../lib/api.js';
import {append, fill, h, icon} from '../../lib/dom.js';
import {input, textarea} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {customPatch} from '../contacts/form.js';
import {picker} from '../records/picker.js';
import {customFields} from '../records/value_lists.js';
import {stages, stageText} from '../records/values.js';

const currencies = ['EUR', 'USD', 'GBP', 'CHF', 'PLN', 'CZK', 'DKK', 'SEK', 'NOK', 'JPY'];

/** "1.234,50" and "1,234.50" as cents; NaN: no sum. What stands before the last one or two digits is a decimal mark. */
export function cents(text) {
    const plain = text.replace(/[\s'’\u00a0\u202f]/g, '');
    if (plain === '') return 0;
    const found = /^(-?[\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(plain);
    if (!found || !/\d/.test(plain) || !/^-?\d*([.,]\d{3})*$/.test(found[1])) return NaN;
    const whole = Number(found[1].replace(/[.,]/g, '') || 0);
    const part = Number((found[2] ?? '').padEnd(2, '0'));
    const sign = found[1].startsWith('-') ? -1 : 1;
    return sign * (Math.abs(whole) * 100 + part);
}

/** @param deal.people  contacts as the API has them; deal.companyName: see deals/index.js */
export function dealForm(deal, context) {
    const title = input('title', {label: t('field.title'), value: deal.title ?? '', required: true, maxlength: 1000});
    const stage = input('stage', {label: t('field.stage'), value: stageText(deal.stage ?? 'lead'), list: 'stages', maxlength: 100, help: t('deals.stage.help')});
    stage.append(h('datalist', {id: 'stages'}, stages.map(one => h('option', {value: stageText(one)}))));
    const sum = input('valueCents', {label: t('field.valueCents'), value: ((deal.valueCents ?? 0) / 100).toFixed(2), inputmode: 'decimal'});
    const currency = input('currency', {label: t('field.currency'), value: deal.currency ?? 'EUR', list: 'currencies', maxlength: 3});
    currency.append(h('datalist', {id: 'currencies'}, currencies.map(one => h('option', {value: one}))));
    const notes = textarea('notes', {label: t('field.notes'), value: deal.notes ?? '', rows: 4});
    const custom = customFields(deal.custom);
    const company = picker({name: 'company', label: t('field.company'), path: '/companies', signal: context.signal,
        chosen: deal.company ? {id: deal.company, text: deal.companyName ?? ''} : null,
        show: one => [one.name, one.domains.join(', ')], make: name => api.post('/companies', {name})});
    const people = contactsField(deal, context);
    const value = field => field.querySelector('input, textarea').value;
    const sumOf = () => cents(value(sum));
    const stageOf = written => stages.find(one => stageText(one).toLowerCase() === written.toLowerCase()) ?? written;

    return {
        element: h('div.record-columns',
            h('section.panel', h('h2.h6', t('deals.deal')), title, stage, h('div.two-fields', sum, currency)),
            h('section.panel', h('h2.h6', t('deals.with')), company.element, people.element),
            h('section.panel', h('h2.h6', t('contacts.more')), notes, custom.element)),
        check: () => {
            const written = company.read();
            if (Number.isNaN(sumOf())) return wrong(sum, t('deals.value.invalid'));
            if (written && !written.id) return wrong(company.element, t('deals.company.unknown'));
            return true;
        },
        read: () => ({title: value(title).trim(), stage: stageOf(value(stage).trim()), valueCents: sumOf(),
            currency: value(currency).trim().toUpperCase(), company: company.read()?.id ?? null, contacts: people.read(),
            notes: value(notes), custom: custom.read()}),
    };
}

function wrong(field, text) {
    const control = field.querySelector('input');
    control.classList.add('is-invalid');
    control.setAttribute('aria-invalid', 'true');
    append(field.querySelector('.invalid-feedback'), text);
    control.focus();
    return false;
}

function contactsField(deal, context) {
    let chosen = (deal.people ?? []).map(one => ({id: one.id, text: one.displayName}));
    const list = h('ul.chips');
    const show = () => fill(list, chosen.map(one => h('li.chip', h('a.text-truncate', {href: `#/contacts/${one.id}`}, one.text),
        h('button.chip-remove', {type: 'button', 'aria-label': t('records.removeOne', {what: one.text}), onclick: () => {
            chosen = chosen.filter(other => other !== one);
            show();
            element.dispatchEvent(new Event('input', {bubbles: true}));
            search.focus();
        }}, icon('x-lg')))));
    const search = picker({name: 'contacts', label: t('field.contacts'), path: '/contacts', signal: context.signal,
        show: one => [one.displayName, [one.companyName, one.emails[0]?.value].filter(Boolean).join(', ')],
        picked: one => {
            if (!chosen.some(other => other.id === one.id)) chosen.push({id: one.id, text: one.displayName});
            show();
        }});
    const element = h('div', search.element, list);
    show();
    return {element, read: () => chosen.map(one => one.id)};
}

export const dealPatch = (changes, deal) => changes.custom ? {...changes, custom: customPatch(changes.custom, deal.custom)} : changes;
