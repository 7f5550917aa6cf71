// A list of records: search as one types, more of it on demand, and all of it by keyboard.
import {api} from '../../lib/api.js';
import {debounced, fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {empty, failed, loading} from '../../lib/ui.js';

const pageSize = 50;

/**
 * @param options.path    of the API, such as /contacts
 * @param options.base    of the page's address, such as contacts
 * @param options.row     (record) → what a row shows; the row itself is a link to the record
 * @param options.search  words in the search field
 * @param options.none    what `empty` is told when there is nothing at all
 * @param options.params  further filters of the API
 * @param options.named   it can go by names, and does so unless somebody wants it otherwise
 */
export function recordList(context, {path, base, row, search, none, params = {}, named = false}) {
    const {signal} = context;
    const order = named ? orderChoice(context.query.order) : null;
    const rows = h('ul.record-list', {'aria-label': search});
    const more = h('button.btn.btn-outline-primary.more', {type: 'button', hidden: true}, t('more'));
    const state = h('div');
    const said = h('p.visually-hidden', {role: 'status'});
    const field = h('input.form-control', {type: 'search', name: 'q', value: context.query.q ?? '', autocomplete: 'off',
        placeholder: search, 'aria-label': search, spellcheck: 'false'});
    let asking = new AbortController();
    let page = null;

    const say = () => {
        const n = rows.childElementCount;
        said.textContent = t(page?.next ? 'records.shownMore' : 'records.shown', {n});
    };
    const add = found => {
        page = found;
        rows.append(...found.items.map(record => h('li', h('a.record-row', {href: `#/${base}/${record.id}`}, row(record)))));
        more.hidden = !found.next;
        say();
    };
    /** What was asked before and hasn't come yet is of no interest any more. */
    const ask = async (request, show) => {
        asking.abort();
        asking = new AbortController();
        const both = AbortSignal.any([signal, asking.signal]);
        rows.setAttribute('aria-busy', 'true');
        try {
            show(await request(both));
            rows.removeAttribute('aria-busy');
        } catch (error) {
            if (error.name === 'AbortError') return;
            rows.removeAttribute('aria-busy');
            more.hidden = true;
            fill(state, failed(error, () => ask(request, show)));
        }
    };
    const find = () => {
        const q = field.value.trim();
        const {q: _, order: __, ...others} = context.query;
        const kept = new URLSearchParams({...others, ...(q && {q}), ...(order && order.value !== orders[0] && {order: order.value})}).toString();
        history.replaceState(null, '', `#/${base}${kept && `?${kept}`}`);
        return ask(with_ => api.list(path, {q, limit: pageSize, order: order?.value ?? 'newest', ...params}, {signal: with_}), found => {
            fill(state);
            rows.replaceChildren();
            add(found);
            if (found.items.length) return;
            said.textContent = '';
            fill(state, q ? empty({icon: 'search', title: t('records.nothing', {q})}) : empty(none));
        });
    };
    const next = () => page?.next && !rows.hasAttribute('aria-busy') && ask(with_ => api.next(page, {signal: with_}), found => {
        fill(state);
        const at = document.activeElement === more ? rows.childElementCount : -1;
        add(found);
        if (at >= 0) rows.children[at]?.firstChild.focus();
        near.unobserve(more);  // it says anew whether the end is still near
        near.observe(more);
    });

    field.addEventListener('input', debounced(find, 150, signal));
    more.addEventListener('click', next);
    order?.addEventListener('change', () => {
        localStorage.setItem('records.order', order.value);
        find();
    });
    const near = new IntersectionObserver(seen => { if (seen.some(one => one.isIntersecting)) next(); }, {rootMargin: '600px'});
    near.observe(more);
    signal.addEventListener('abort', () => near.disconnect());
    keys(field, rows, signal);

    fill(state, loading());
    const ready = find();
    const element = h('div.panel.records', h('div.record-search', icon('search'), field,
        order ?? h('span.small.text-secondary.text-nowrap.record-order', t('records.order.newest'))), said, rows, state, more);
    return {element, ready, find};
}

const orders = ['name', 'newest'];

/** As the address says, else as one chose last. */
function orderChoice(asked) {
    const choice = h('select.form-select.form-select-sm.record-order', {name: 'order', 'aria-label': t('records.order')},
        orders.map(one => h('option', {value: one}, t(`records.order.${one}`))));
    choice.value = [asked, localStorage.getItem('records.order')].find(one => orders.includes(one)) ?? orders[0];
    return choice;
}

/** Arrows go through the rows, from the search field on; a slash goes back to it. */
function keys(field, rows, signal) {
    const links = () => [...rows.querySelectorAll('a.record-row')];
    const go = (event, to) => {
        if (!to) return;
        event.preventDefault();
        to.focus();
        to.scrollIntoView({block: 'nearest'});
    };
    field.addEventListener('keydown', event => {
        if (event.key === 'ArrowDown') go(event, links()[0]);
        if (event.key === 'Enter' && links().length === 1) links()[0].click();
    });
    rows.addEventListener('keydown', event => {
        const all = links(), at = all.indexOf(document.activeElement);
        if (at < 0) return;
        if (event.key === 'ArrowDown') go(event, all[at + 1]);
        if (event.key === 'ArrowUp') go(event, at === 0 ? field : all[at - 1]);
        if (event.key === 'Home') go(event, all[0]);
        if (event.key === 'End') go(event, all.at(-1));
    });
    document.addEventListener('keydown', event => {
        const typing = event.target.closest?.('input, textarea, select, dialog, [contenteditable]');
        if (event.key === '/' && !typing && field.isConnected) go(event, field);
    }, {signal});
}

/** The first letters of a name in a round field, or the photo. */
export function avatar(record, size = '') {
    const name = record.displayName ?? record.name ?? '';
    const words = name.split(/\s+/).filter(Boolean);
    const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map(word => [...(word ?? '')][0] ?? '').join('');
    const place = h(`span.avatar${size && `.avatar-${size}`}`, {'aria-hidden': 'true', dataset: {letters: letters.toUpperCase()}});
    if (!record.hasPhoto) return place;
    const picture = h('img', {alt: '', loading: 'lazy', onerror: () => picture.remove(),
        src: api.address(`/contacts/${record.id}/photo`, {v: record.etag})});
    place.append(picture);
    return place;
}

/** Two lines of a row. */
export const lines = (first, second) =>
    h('span.record-lines', h('span.record-name', first), second && h('span.record-more', second));
