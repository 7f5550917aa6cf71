// Contacts that look like one person: side by side, what a merge would make of them, and the merge.
import {api} from '../../lib/api.js';
import {fill, h, icon, newId} from '../../lib/dom.js';
import {date} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {busy, empty, pageHead, show, toast, toastError} from '../../lib/ui.js';
import {avatar, lines} from '../records/list.js';
import {merge, previewOf} from './merge.js';

export async function duplicatesPage(context) {
    const place = h('div.duplicates');
    const load = () => show(place, async () => {
        const found = await api.get('/contacts/duplicates', {limit: 20}, {signal: context.signal});
        if (found.items.length === 0) return empty({icon: 'check-lg', title: t('duplicates.none'), text: t('duplicates.none.text')});
        return [h('p.text-secondary', t('duplicates.text')), found.items.map(item => group(item.contacts, again)),
                found.more && h('p.text-secondary.mt-3', t('duplicates.more'))];
    });
    /** An undo may come when one has been elsewhere since. */
    const again = () => place.isConnected ? load() : location.hash === '#/contacts/duplicates' && dispatchEvent(new Event('hashchange'));
    await load();
    return h('div', h('nav', {'aria-label': t('records.way')}, h('a.way-back', {href: '#/contacts'}, icon('chevron-left'), t('nav.contacts'))),
             pageHead(t('duplicates.title')), place);
}

/** They aren't one person: says so, with the way back. */
async function tellApart(contacts, back) {
    const say = distinct => api.post('/contacts/distinct', {contacts: contacts.map(one => one.id), distinct});
    await say(true);
    toast(t('duplicates.apart.done', {name: contacts[0].displayName}), {undo: async () => {
        try {
            await say(false);
            toast(t('undone'));
            await back();
        } catch (error) {
            toastError(error);
        }
    }});
}

/** One person, as it seems: which of them stays, and which of the others are they, too. */
function group(contacts, again) {
    const id = newId('group');
    let into = contacts[0];
    const taken = new Set(contacts);
    const result = h('div');
    const others = () => contacts.filter(one => one !== into && taken.has(one));
    /** The group goes once that is done. */
    const settles = (pressed, work) => async () => {
        try {
            await busy(pressed(), work());
            const next = element.nextElementSibling ?? element.previousElementSibling;
            (next?.querySelector('button:enabled, input') ?? document.querySelector('.way-back'))?.focus();
            element.remove();
            if (document.querySelector('.duplicate')) return;
            await again();
            document.querySelector('.duplicates :is(button, input)')?.focus();
        } catch (error) {
            toastError(error);
            if ([404, 412].includes(error.status)) again();
        }
    };
    const button = h('button.btn.btn-primary', {type: 'button', onclick: settles(() => button, () => merge(into, others(), again))},
                     icon('intersect'), t('merge.do'));
    const apart = h('button.btn.btn-outline-secondary', {type: 'button', onclick: settles(() => apart, () => tellApart(contacts, again))},
                    icon('people'), t('duplicates.apart'));
    const look = () => {
        const all = others();
        button.disabled = all.length === 0;
        fill(result, all.length ? previewOf(into, all) : h('p.text-secondary', t('duplicates.chooseOthers')));
        for (const card of cards.children) card.querySelector('[type=checkbox]').disabled = card.contact === into;
    };
    const cards = h('div.duplicate-cards', contacts.map(one => {
        const card = h('div.duplicate-card', {},
            h('div.record-heading', avatar(one), lines(h('a.title-link', {href: `#/contacts/${one.id}`}, one.displayName),
                [one.jobTitle, one.companyName].filter(Boolean).join(', '))),
            h('ul.plain', [...one.emails, ...one.phones].slice(0, 6).map(each => h('li.wrap-anywhere', each.value))),
            h('p.small.text-secondary', t('duplicates.since', {date: date(one.created)})),
            h('label.d-block', h('input.form-check-input.me-2', {type: 'radio', name: id, checked: one === into,
                onchange: () => { into = one; taken.add(one); card.querySelector('[type=checkbox]').checked = true; look(); }}), t('duplicates.stays')),
            h('label.d-block', h('input.form-check-input.me-2', {type: 'checkbox', checked: true,
                onchange: event => { event.target.checked ? taken.add(one) : taken.delete(one); look(); }}), t('duplicates.isThem')));
        card.contact = one;
        return card;
    }));
    const element = h('section.panel.duplicate', {'aria-label': into.displayName}, cards,
        h('h2.h6.mt-3', t('merge.result')), result, h('div.d-flex.flex-wrap.gap-2.mt-2', button, apart));
    look();
    return element;
}
