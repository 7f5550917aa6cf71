// Erasing a person everywhere: what the law asks for, and nobody can take back.
import {api} from '../../lib/api.js';
import {debounced, fill, h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dialog, empty, pageHead, show, toast} from '../../lib/ui.js';
import {clearErrors, input, showError, values} from '../../lib/form.js';
import {row, rows, small} from './parts.js';

export async function render({query, signal}) {
    const list = h('div.panel');
    const control = h('input.form-control', {type: 'search', value: query.q ?? '', 'aria-label': t('admin.erase.search'),
        placeholder: t('admin.erase.search')});
    const look = () => show(list, () => found(control.value.trim(), signal, look));
    control.addEventListener('input', debounced(look, 250, signal));
    await look();
    return [pageHead(t('admin.erase')), h('p', t('admin.erase.text')), h('div.mb-3', control), list];
}

async function found(text, signal, again) {
    if (text.length < 2) return empty({icon: 'search', title: t('admin.erase.begin')});
    const {items} = await api.list('/contacts', {q: text, limit: 30}, {signal});
    if (!items.length) return empty({icon: 'people', title: t('admin.erase.none')});
    return rows(items.map(contact => row(
        [h('span.fw-semibold', contact.displayName || t('admin.untitled')),
         small([contact.companyName, ...contact.emails.map(email => email.value)].filter(Boolean).join(' · '))],
        h('button.btn.btn-sm.btn-outline-danger', {type: 'button', onclick: () => ask(contact, signal, again)},
          t('admin.erase.do')))));
}

const refused = new Error('refused');

/** @param contact  {id, displayName, emails}: of one in the trash no more than its name is known */
export async function ask(contact, signal, again) {
    const name = contact.displayName || t('admin.untitled');
    const {items: meetings, next} = await api.list('/activities', {contact: contact.id, limit: 500}, {signal})
        .catch(() => ({items: [], next: null}));
    if (signal.aborted) return;  // one has gone elsewhere meanwhile
    const addresses = contact.emails.map(email => email.value);
    const {element} = dialog({
        title: t('admin.erase.title', {name}), wide: true,
        body: [
            h('p', t('admin.erase.goes')),
            h('ul',
                h('li', t('admin.erase.record', {name})),
                h('li', t('admin.erase.devices')),
                meetings.length > 0 && h('li', t('admin.erase.meetings', {n: meetings.length, count: next ? '500+' : meetings.length})),
                addresses.length > 0 && h('li.wrap-anywhere', t('admin.erase.addresses', {addresses: addresses.join(', ')})),
                h('li', t('admin.erase.history')),
                h('li', t('admin.erase.links'))),
            h('p', t('admin.erase.stays')),
            h('p.fw-semibold', t('admin.leaving.noUndo')),
            input('name', {label: t('admin.erase.type', {name}), spellcheck: 'false'}),
        ],
        actions: [{
            label: t('admin.erase.do'), kind: 'danger',
            run: async () => {
                clearErrors(element);
                if (values(element).name.trim() !== name.trim()) {
                    showError(element, 'name', t('admin.erase.wrong'));
                    throw refused;
                }
                const {places} = await api.post(`/contacts/${contact.id}/erase`);
                toast(t('admin.erase.done', {n: places}));
                again();
            },
            failed: error => error === refused,
        }],
    });
    element.querySelector('[name=name]').focus();
}
