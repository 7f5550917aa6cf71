// A field in which one looks for a record: a combobox as WAI-ARIA describes it.
import {api} from '../../lib/api.js';
import {debounced, fill, h, newId} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {toastError} from '../../lib/ui.js';

/**
 * @param options.name    of the field in the API
 * @param options.path    of what is looked for, such as /companies
 * @param options.show    (record) → [words, smaller words]
 * @param options.chosen  {id, text}, or null
 * @param options.make    (words) → a promise of a new record; none: nothing is made here
 * @param options.picked  called with the record that was chosen; the field is empty again afterwards
 */
export function picker({name, label, path, show, chosen = null, make, picked, signal}) {
    const id = newId('pick');
    const list = h('ul.options', {id: `${id}-list`, role: 'listbox', 'aria-label': t('records.suggestions'), hidden: true});
    const control = h('input.form-control', {id, type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
        value: chosen?.text ?? '', 'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list', placeholder: t('records.pick')});
    let current = chosen, options = [], at = -1, asking = new AbortController();

    const open = wanted => {
        list.hidden = !wanted;
        control.setAttribute('aria-expanded', String(wanted));
        if (!wanted) { at = -1; control.removeAttribute('aria-activedescendant'); }
    };
    const move = to => {
        at = options.length ? (to + options.length) % options.length : -1;
        [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
        if (at < 0) return;
        control.setAttribute('aria-activedescendant', list.children[at].id);
        list.children[at].scrollIntoView({block: 'nearest'});
    };
    const choose = async option => {
        open(false);
        try {
            const record = option.make ? await make(option.make) : option.record;
            current = picked ? null : {id: record.id, text: show(record)[0]};
            control.value = current?.text ?? '';
            picked?.(record);
            element.dispatchEvent(new Event('input', {bubbles: true}));
        } catch (error) {
            toastError(error);
        }
    };
    const find = async () => {
        const q = control.value.trim();
        asking.abort();
        if (!q) return open(false);
        asking = new AbortController();
        try {
            const found = await api.list(path, {q, limit: 8, order: 'newest'}, {signal: AbortSignal.any([signal, asking.signal])});
            options = found.items.map(record => ({record, words: show(record)}));
            const known = options.some(one => one.words[0].toLowerCase() === q.toLowerCase());
            if (make && !known) options.push({make: q, words: [t('records.make', {q}), '']});
            fill(list, options.map((option, i) => h('li.option', {id: `${id}-${i}`, role: 'option', 'aria-selected': 'false',
                onmousedown: event => { event.preventDefault(); choose(option); }}, h('span', option.words[0]),
                option.words[1] && h('small.text-secondary', option.words[1]))));
            if (options.length === 0) fill(list, h('li.option.text-secondary', {role: 'option', 'aria-disabled': 'true'}, t('records.nothing', {q})));
            open(document.activeElement === control);
        } catch (error) {
            if (error.name !== 'AbortError') toastError(error);
        }
    };
    const later = debounced(find, 150, signal);
    control.addEventListener('input', () => {
        if (!control.value.trim()) current = null;
        later();
    });
    control.addEventListener('keydown', event => {
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            if (list.hidden) find();
            else move(at + (event.key === 'ArrowDown' ? 1 : -1));
        } else if (event.key === 'Enter' && !list.hidden && at >= 0) {
            event.preventDefault();
            choose(options[at]);
        } else if (event.key === 'Escape' && !list.hidden) {
            event.preventDefault();
            event.stopPropagation();
            open(false);
        }
    });
    control.addEventListener('blur', () => {
        asking.abort();
        open(false);
    });
    const element = h('div.field.picker', {dataset: {field: name}}, h('label.form-label', {for: id}, label), control, list,
        h('div.invalid-feedback'));
    return {element, focus: () => control.focus(),
        /** {id, text}: id is null where words were written that are no record; null: nothing. */
        read: () => {
            const text = control.value.trim();
            if (!text) return null;
            return current && current.text === text ? current : {id: null, text};
        }};
}
