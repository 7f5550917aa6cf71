// Contacts: the list, one of them, a new one, and those that look like one person.
import {api} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {radios} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {badge, pageHead} from '../../lib/ui.js';
import {dealsTab} from '../records/related.js';
import {avatar, lines, recordList} from '../records/list.js';
import {recordPage} from '../records/record.js';
import {duplicatesPage} from './duplicates.js';
import {contactForm, contactPatch} from './form.js';
import {mergeWith} from './merge.js';
import {photo} from './photo.js';

export const contactRow = contact => [avatar(contact),
    lines([contact.displayName, ' ', contact.owner && badge(t('contacts.private'))],
          [contact.jobTitle, contact.companyName].filter(Boolean).join(', ')),
    h('span.record-reach', h('span.text-truncate', contact.emails[0]?.value), h('span.text-truncate', contact.phones[0]?.value))];

const kind = {
    kind: 'contact', path: '/contacts', base: 'contacts',
    names: {displayName: 'firstName'},
    title: contact => contact.displayName,
    head: page => photo(page),
    tools: page => h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => mergeWith(page)}, icon('intersect'), t('merge.with')),
    form: contactForm,
    patch: contactPatch,
    tabs: [{id: 'deals', title: 'nav.deals', render: page => dealsTab(page, 'contact')}],
    blank: context => context.query.company ? {company: context.query.company, companyName: context.query.name ?? ''} : {},
    /** Who sees it is said once, when it is made. */
    extra: (context, fields) => {
        const who = radios('owner', [['', t('contacts.everybody'), t('contacts.everybody.help')],
                                     [context.user.login, t('contacts.onlyMe'), t('contacts.onlyMe.help')]],
                           {label: t('contacts.visibility'), value: ''});
        const read = fields.read;
        fields.read = () => ({...read(), owner: who.querySelector(':checked').value});
        return h('section.panel.mb-3', who);
    },
};

export async function render(context) {
    if (context.params[0] === 'duplicates') return duplicatesPage(context);
    if (context.params.length) return recordPage(context, kind);
    const list = recordList(context, {path: '/contacts', base: 'contacts', row: contactRow, search: t('contacts.search'), named: true,
        none: {icon: 'people', title: t('contacts.none'), text: t('contacts.none.text'),
               action: h('a.btn.btn-primary', {href: '#/contacts/new'}, t('contacts.new'))}});
    return h('div', pageHead(t('nav.contacts'),
        h('a.btn.btn-outline-secondary', {href: '#/contacts/duplicates'}, icon('intersect'), t('duplicates.title')),
        h('a.btn.btn-primary', {href: '#/contacts/new'}, icon('plus-lg'), t('contacts.new'))), list.element);
}
