// All fields of a contact.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {input, textarea} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {picker} from '../records/picker.js';
import {customFields, labelledValues, postalAddresses, words} from '../records/value_lists.js';

const names = ['prefix', 'firstName', 'middleName', 'lastName', 'suffix'];
const lists = ['emails', 'phones', 'urls', 'ims', 'dates'];

export function contactForm(contact, context) {
    const texts = Object.fromEntries([...names, 'nickname', 'displayName', 'jobTitle', 'department'].map(name =>
        [name, input(name, {label: t(`field.${name}`), value: contact[name] ?? '', maxlength: 1000,
                            help: name === 'displayName' ? t('contacts.displayName.help') : ''})]));
    const birthday = input('birthday', {label: t('field.birthday'), type: 'date', value: contact.birthday ?? '', min: '1800-01-01', max: '2999-12-31'});
    const notes = textarea('notes', {label: t('field.notes'), value: contact.notes ?? '', rows: 4});
    const values = Object.fromEntries(lists.map(name => [name, labelledValues(name, contact[name])]));
    const addresses = postalAddresses(contact.addresses);
    const tags = words('tags', contact.tags, {help: t('contacts.tags.help')});
    const custom = customFields(contact.custom);
    const company = picker({name: 'company', label: t('field.companyName'), path: '/companies', signal: context.signal,
        chosen: contact.companyName ? {id: contact.company || null, text: contact.companyName} : null,
        show: one => [one.name, (one.domains ?? []).join(', ')], make: name => api.post('/companies', {name})});
    const value = field => field.querySelector('[name]').value.trim();

    const element = h('div.record-columns',
        h('section.panel', h('h2.h6', t('contacts.person')),
          h('div.name-fields', names.map(name => texts[name])),
          h('details', {open: Boolean(contact.nickname)}, h('summary', t('contacts.moreNames')), texts.displayName, texts.nickname),
          company.element, h('div.two-fields', texts.jobTitle, texts.department), birthday, values.dates.element, tags.element),
        h('section.panel', h('h2.h6', t('contacts.reach')),
          values.emails.element, values.phones.element, addresses.element, values.urls.element, values.ims.element),
        h('section.panel', h('h2.h6', t('contacts.more')), notes, custom.element));
    return {
        element,
        check: () => values.emails.check(),
        read: () => {
            const picked = company.read();
            return {
                ...Object.fromEntries(Object.entries(texts).map(([name, field]) => [name, value(field)])),
                birthday: value(birthday), notes: notes.querySelector('textarea').value,
                company: picked?.id ?? null, companyName: picked?.text ?? '',
                ...Object.fromEntries(lists.map(name => [name, values[name].read()])),
                addresses: addresses.read(), tags: tags.read(), custom: custom.read(),
            };
        },
    };
}

/** As a merge patch wants it: fields of one's own that went are null; of the organisation only what says more. */
export function contactPatch(changes, contact) {
    const body = {...changes};
    if (body.custom) body.custom = customPatch(body.custom, contact.custom);
    if ('company' in body && body.company) delete body.companyName;  // the company names itself
    if ('companyName' in body && !body.company) body.company = null;
    return body;
}

export const customPatch = (wanted, before) =>
    ({...Object.fromEntries(Object.keys(before ?? {}).filter(name => !(name in wanted)).map(name => [name, null])), ...wanted});
