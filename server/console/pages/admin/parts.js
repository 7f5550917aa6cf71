// What several sections of the admin pages have in common.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {t, hasText} from '../../lib/i18n.js';
import {currentZone} from '../../lib/format.js';
import {toast, toastError} from '../../lib/ui.js';

/** A row of a list: what it is, and what can be done with it. */
export const row = (main, ...actions) =>
    h('li', h('div.admin-row-main', main), h('div.admin-row-actions', actions));

export const rows = children => h('ul.admin-rows', children);

export const panel = (title, ...children) =>
    h('section.panel', title && h('h2.h5', title), children);

export const small = (...text) => h('div.small.text-secondary', text);

export const button = (label, onclick, kind = 'outline-secondary') =>
    h(`button.btn.btn-sm.btn-${kind}`, {type: 'button', onclick}, label);

/** Terms and what they are. @param pairs  [[term, description], …]; what is null is left out */
export const facts = pairs => h('dl.admin-facts', pairs.filter(pair => pair && pair[1] !== null)
    .map(([term, value]) => [h('dt', term), h('dd', value)]));

/** The word for one of a few values; a value that we don't know shows itself. */
export function word(section, value) {
    const key = `admin.${section}.${value}`;
    return hasText(key) ? t(key) : value;
}

/** Does it, says so, and shows the page anew. */
export async function act(work, done, again) {
    try {
        await work();
        if (done) toast(done);
        again?.();
    } catch (error) {
        toastError(error);
    }
}

/** Takes back the last thing that happened to a record; the toast of `text` offers it. */
export function toastWithUndo(text, record, again) {
    toast(text, {undo: async () => {
        try {
            const {items} = await api.list('/history', {record, limit: 1});
            if (items.length) await api.post('/undo', {entry: items[0].id});
            toast(t('undone'));
            again?.();
        } catch (error) {
            toastError(error);
        }
    }});
}

/** The same page anew. */
export const reload = () => dispatchEvent(new HashChangeEvent('hashchange'));

/** Users for a select: [[login, name], …]. @param more  before them */
export const userChoices = (users, ...more) =>
    [...more, ...users.map(user => [user.login, user.name && user.name !== user.login ? `${user.name} (${user.login})`
                                                                                     : user.login])];

/** "2026-11-20T09:00" on the wall of the user's zone → a moment, as the API wants it; empty: null. */
export function moment(wall, zone = currentZone()) {
    if (!wall) return null;
    const asUtc = Date.parse(`${wall.slice(0, 16)}Z`);
    const shown = instant => Date.parse(`${new Intl.DateTimeFormat('sv-SE', {timeZone: zone, dateStyle: 'short',
        timeStyle: 'medium'}).format(new Date(instant)).replace(' ', 'T')}Z`);
    let instant = asUtc;
    for (let i = 0; i < 2; ++i) instant += asUtc - shown(instant);
    return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}
/** The other way round, for a field of type datetime-local. */
export const wall = (date, zone = currentZone()) => new Intl.DateTimeFormat('sv-SE', {timeZone: zone, dateStyle: 'short',
    timeStyle: 'short'}).format(date).replace(' ', 'T');

/** A password that nobody guesses: 5 groups of 4 letters that can't be mistaken. */
export function suggestPassword() {
    const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
    const bytes = crypto.getRandomValues(new Uint32Array(20));
    const text = Array.from(bytes, number => letters[number % letters.length]).join('');
    return text.match(/.{4}/g).join('-');
}
