// Fields with labels, help and errors, by the names that the API uses for them.
import {h, append, newId} from './dom.js';
import {t} from './i18n.js';

/** Wraps a control: label above, help and error below, tied to it for screen readers. */
export function field(control, {label, help = '', name = control.name}) {
    const id = control.id || (control.id = newId('field'));
    const helpId = `${id}-help`, errorId = `${id}-error`;
    control.setAttribute('aria-describedby', [help && helpId, errorId].filter(Boolean).join(' '));
    return h('div.field', {dataset: {field: name}},
        h('label.form-label', {for: id}, label), control,
        help && h('div.form-text', {id: helpId}, help),
        h('div.invalid-feedback', {id: errorId}));
}

/** @param options  any attribute of input; label, help, value */
export function input(name, {label, help, type = 'text', ...rest} = {}) {
    return field(h('input.form-control', {name, type, autocomplete: 'off', ...rest}), {label, help});
}
export function textarea(name, {label, help, value = '', ...rest} = {}) {
    return field(h('textarea.form-control', {name, rows: 3, value, ...rest}), {label, help});
}
/** @param choices  [[value, text], …] */
export function select(name, choices, {label, help, value, ...rest} = {}) {
    const control = h('select.form-select', {name, ...rest},
        choices.map(([key, text]) => h('option', {value: key}, text)));
    if (value !== undefined && value !== null) control.value = value;
    return field(control, {label, help});
}
/** A tick with its words beside it. */
export function checkbox(name, {label, help, checked = false, ...rest} = {}) {
    const id = newId('field');
    const control = h('input.form-check-input', {id, name, type: 'checkbox', checked, ...rest,
        'aria-describedby': help ? `${id}-help` : null});
    return h('div.field.form-check', {dataset: {field: name}}, control,
        h('label.form-check-label', {for: id}, label), help && h('div.form-text', {id: `${id}-help`}, help),
        h('div.invalid-feedback'));
}
/** One of a few, each with its explanation. @param choices  [[value, text, help], …] */
export function radios(name, choices, {label, value}) {
    return h('fieldset.field', {dataset: {field: name}}, h('legend.form-label', label),
        choices.map(([key, text, help]) => {
            const id = newId('field');
            return h('div.form-check',
                h('input.form-check-input', {id, name, type: 'radio', value: key, checked: key === value,
                    'aria-describedby': help ? `${id}-help` : null}),
                h('label.form-check-label', {for: id}, text), help && h('div.form-text', {id: `${id}-help`}, help));
        }), h('div.invalid-feedback'));
}

/** What the form holds, by name: text, numbers as text, ticks as true and false. */
export function values(form) {
    const found = {};
    for (const control of form.querySelectorAll('[name]')) {
        if (control.type === 'checkbox') found[control.name] = control.checked;
        else if (control.type === 'radio') { if (control.checked) found[control.name] = control.value; }
        else found[control.name] = control.value;
    }
    return found;
}

export function clearErrors(form) {
    for (const place of form.querySelectorAll('[data-field]')) {
        place.querySelector('.invalid-feedback')?.replaceChildren();
        for (const control of place.querySelectorAll('.is-invalid')) {
            control.classList.remove('is-invalid');
            control.removeAttribute('aria-invalid');
        }
    }
}

/** Marks one field, and goes there. @returns whether there is such a field */
export function showError(form, name, text) {
    const place = [...form.querySelectorAll('[data-field]')].find(one => one.dataset.field === name);
    const control = place?.querySelector('input, select, textarea');
    if (!control) return false;
    control.classList.add('is-invalid');
    control.setAttribute('aria-invalid', 'true');
    append(place.querySelector('.invalid-feedback'), text);
    control.focus();
    return true;
}

/**
 * An ApiError at its field, where the form has it. @returns whether it has
 * @param names  of fields, where the form calls them otherwise than the API
 */
export function showErrors(form, error, names = {}) {
    clearErrors(form);
    if (!error.field) return false;
    const first = error.field.split(/[.[]/)[0];
    return showError(form, names[first] ?? error.field, error.detail) ||
           showError(form, names[first] ?? first, error.detail);
}

/** Zones for a select, the browser's list. @param none  words for "no choice"; null: one must be chosen */
export function zones(none = t('zone.organisation')) {
    const all = Intl.supportedValuesOf('timeZone').map(zone => [zone, zone.replaceAll('_', ' ')]);
    return none === null ? all : [['', none], ...all];
}
