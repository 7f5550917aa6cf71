// Lists of values with labels – emails, phones, addresses – and simple lists of words: rows that one adds and removes.
import {append, fill, h, icon, newId} from '../../lib/dom.js';
import {t, hasText} from '../../lib/i18n.js';

export const labelText = label => hasText(`label.${label}`) ? t(`label.${label}`) : label;

const labels = {
    emails: ['work', 'home', 'other'],
    phones: ['mobile', 'work', 'home', 'main', 'fax', 'pager', 'other'],
    urls: ['work', 'home', 'other'],
    ims: ['work', 'home', 'other'],
    dates: ['anniversary', 'other'],
    addresses: ['work', 'home', 'other'],
};
const kinds = {
    emails: {type: 'email', inputmode: 'email'},
    phones: {type: 'tel', inputmode: 'tel'},
    urls: {type: 'text', inputmode: 'url'},
    ims: {type: 'text'},
    dates: {type: 'date'},
};

/** A label from the usual ones, or in words of one's own: those of a datalist, shown in the reader's language. */
function labelField(kind, value, described) {
    const list = h('datalist', {id: newId('labels')}, labels[kind].map(one => h('option', {value: labelText(one)})));
    const control = h('input.form-control.label-field', {type: 'text', value: labelText(value ?? ''), list: list.id,
        autocomplete: 'off', maxlength: 100, 'aria-label': t('records.label', {of: described}), placeholder: t('records.label.none')});
    const read = () => {
        const written = control.value.trim();
        return labels[kind].find(one => labelText(one).toLowerCase() === written.toLowerCase()) ?? written;
    };
    return {element: h('span.label-place', control, list), read};
}

/** The frame of a list: its rows, and a button for one more. @param makeRow  (value) → {element, read, focus} */
function rowsOf(name, values, title, addText, makeRow) {
    const rows = [];
    const place = h('div.value-rows');
    const feedback = h('div.invalid-feedback');
    const add = (value, focus = false) => {
        const row = makeRow(value);
        const remove = h('button.btn.btn-icon', {type: 'button', 'aria-label': t('records.removeOne', {what: title}), onclick: () => {
            const at = rows.indexOf(row);
            rows.splice(at, 1);
            line.remove();
            (rows[at] ?? rows[at - 1])?.focus() ?? more.focus();
            element.dispatchEvent(new Event('input', {bubbles: true}));
        }}, icon('x-lg'));
        const line = h('div.value-row', row.element, remove);
        rows.push(row);
        place.append(line);
        if (focus) row.focus();
    };
    const more = h('button.btn.btn-sm.btn-link.px-0', {type: 'button', onclick: () => add(undefined, true)}, icon('plus-lg'), addText);
    for (const value of values) add(value);
    const element = h('fieldset.field.value-list', {dataset: {field: name}}, h('legend.form-label', title), place, feedback, more);
    return {element, add, read: () => rows.map(row => row.read()).filter(value => value !== null), rows,
            focus: () => (rows[0]?.focus() ?? more.focus())};
}

export function labelledValues(name, values) {
    const title = t(`field.${name}`);
    const list = rowsOf(name, values ?? [], title, t(`records.add.${name}`), value => {
        const control = h('input.form-control', {type: kinds[name].type, inputmode: kinds[name].inputmode, autocomplete: 'off',
            value: value?.value ?? '', maxlength: 1000, 'aria-label': title});
        const label = labelField(name, value?.label, title);
        const kept = value?.preferred ?? false;
        return {element: [control, label.element], control, focus: () => control.focus(),
            read: () => control.value.trim() ? {label: label.read(), value: control.value.trim(), preferred: kept} : null};
    });
    /** What can be said before the server does. @returns whether all is right */
    const check = () => {
        if (name !== 'emails') return true;
        const wrong = list.rows.find(row => row.control.value.trim() && !/^[^\s@]+@[^\s@]+$/.test(row.control.value.trim()));
        if (!wrong) return true;
        wrong.control.classList.add('is-invalid');
        wrong.control.setAttribute('aria-invalid', 'true');
        append(list.element.querySelector(':scope > .invalid-feedback'), t('records.email.invalid', {what: wrong.control.value.trim()}));
        wrong.control.focus();
        return false;
    };
    return {...list, check};
}

const parts = ['street', 'postcode', 'city', 'region', 'country', 'poBox', 'extended'];
const rare = ['poBox', 'extended'];

export function postalAddresses(values) {
    return rowsOf('addresses', values ?? [], t('field.addresses'), t('records.add.addresses'), value => {
        const controls = Object.fromEntries(parts.map(part => [part, part === 'street'
            ? h('textarea.form-control', {rows: 1, value: value?.[part] ?? '', 'aria-label': t(`address.${part}`), placeholder: t(`address.${part}`)})
            : h('input.form-control', {type: 'text', autocomplete: 'off', value: value?.[part] ?? '', 'aria-label': t(`address.${part}`),
                placeholder: t(`address.${part}`), hidden: rare.includes(part) && !value?.[part]})]));
        const label = labelField('addresses', value?.label, t('field.addresses'));
        return {element: h('div.address-fields', label.element, parts.map(part => controls[part])), focus: () => controls.street.focus(),
            read: () => {
                const found = Object.fromEntries(parts.map(part => [part, controls[part].value.trim()]));
                return Object.values(found).some(Boolean) ? {label: label.read(), ...found, preferred: value?.preferred ?? false} : null;
            }};
    });
}

/** Words such as tags or mail domains: Enter or a comma makes one of what was written. */
export function words(name, values, {help = ''} = {}) {
    let all = [...values ?? []];
    const chips = h('span.chips');
    const id = newId('words');
    const control = h('input.form-control', {id, type: 'text', autocomplete: 'off', maxlength: 200,
        'aria-describedby': help ? `${id}-help` : null});
    const show = () => fill(chips, all.map(word => h('span.chip', h('span.text-truncate', word),
        h('button.chip-remove', {type: 'button', 'aria-label': t('records.removeOne', {what: word}), onclick: () => {
            all = all.filter(one => one !== word);
            changed();
            control.focus();
        }}, icon('x-lg')))));
    const changed = () => { show(); element.dispatchEvent(new Event('input', {bubbles: true})); };
    const written = () => control.value.split(',').map(word => word.trim()).filter(word => word && !all.includes(word));
    const take = () => {
        const found = written();
        control.value = '';
        if (found.length === 0) return;
        all.push(...found);
        changed();
    };
    control.addEventListener('keydown', event => {
        if ((event.key === 'Enter' || event.key === ',') && control.value.trim()) { event.preventDefault(); take(); }
        if (event.key === 'Tab') take();
        if (event.key === 'Backspace' && !control.value && all.length) { all = all.slice(0, -1); changed(); }
    });
    // Not before the click that took the focus away: what it is meant for would move from under it.
    control.addEventListener('blur', () => addEventListener('click', () => setTimeout(take), {once: true, capture: true}));
    const element = h('div.field', {dataset: {field: name}}, h('label.form-label', {for: id}, t(`field.${name}`)), chips, control,
        help && h('div.form-text', {id: `${id}-help`}, help), h('div.invalid-feedback'));
    show();
    return {element, read: () => [...all, ...written()]};
}

/** Fields of one's own: name and text. */
export function customFields(values) {
    const list = rowsOf('custom', Object.entries(values ?? {}), t('field.custom'), t('records.add.custom'), value => {
        const name = h('input.form-control', {type: 'text', value: value?.[0] ?? '', autocomplete: 'off', 'aria-label': t('custom.name'),
            placeholder: t('custom.name')});
        const text = h('input.form-control', {type: 'text', value: value?.[1] ?? '', autocomplete: 'off', 'aria-label': t('custom.text'),
            placeholder: t('custom.text')});
        return {element: [name, text], focus: () => name.focus(),
            read: () => name.value.trim() ? [name.value.trim(), text.value.trim()] : null};
    });
    return {...list, read: () => Object.fromEntries(list.read())};
}
