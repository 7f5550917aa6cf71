// Companies: the list, one of them with its people and deals, a new one.
import {h, icon} from '../../lib/dom.js';
import {input, textarea} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {pageHead} from '../../lib/ui.js';
import {customPatch} from '../contacts/form.js';
import {avatar, lines, recordList} from '../records/list.js';
import {recordPage} from '../records/record.js';
import {dealsTab, peopleTab} from '../records/related.js';
import {customFields, labelledValues, postalAddresses, words} from '../records/value_lists.js';

const lists = ['emails', 'phones', 'urls'];

function companyForm(company) {
    const name = input('name', {label: t('field.name'), value: company.name ?? '', required: true, maxlength: 1000});
    const domains = words('domains', company.domains, {help: t('companies.domains.help')});
    const values = Object.fromEntries(lists.map(list => [list, labelledValues(list, company[list])]));
    const addresses = postalAddresses(company.addresses);
    const notes = textarea('notes', {label: t('field.notes'), value: company.notes ?? '', rows: 4});
    const custom = customFields(company.custom);
    return {
        element: h('div.record-columns',
            h('section.panel', h('h2.h6', t('companies.company')), name, domains.element, notes),
            h('section.panel', h('h2.h6', t('contacts.reach')), lists.map(list => values[list].element), addresses.element),
            h('section.panel', h('h2.h6', t('contacts.more')), custom.element)),
        check: () => values.emails.check(),
        read: () => ({name: name.querySelector('input').value.trim(), domains: domains.read().map(one => one.toLowerCase()),
            notes: notes.querySelector('textarea').value, addresses: addresses.read(), custom: custom.read(),
            ...Object.fromEntries(lists.map(list => [list, values[list].read()]))}),
    };
}

const kind = {
    kind: 'company', path: '/companies', base: 'companies',
    title: company => company.name,
    head: page => avatar(page.record, 'large'),
    form: companyForm,
    patch: (changes, company) => changes.custom ? {...changes, custom: customPatch(changes.custom, company.custom)} : changes,
    tabs: [{id: 'people', title: 'companies.people', render: peopleTab},
           {id: 'deals', title: 'nav.deals', render: page => dealsTab(page, 'company')}],
};

export async function render(context) {
    if (context.params.length) return recordPage(context, kind);
    const list = recordList(context, {path: '/companies', base: 'companies', search: t('companies.search'), named: true,
        row: company => [avatar(company), lines(company.name, company.domains.join(', ')),
            h('span.record-reach', h('span.text-truncate', company.phones[0]?.value))],
        none: {icon: 'building', title: t('companies.none'), action: h('a.btn.btn-primary', {href: '#/companies/new'}, t('companies.new'))}});
    return h('div', pageHead(t('nav.companies'), h('a.btn.btn-primary', {href: '#/companies/new'}, icon('plus-lg'), t('companies.new'))),
             list.element);
}
