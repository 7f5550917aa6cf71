// Linked calendars and conflict calendars, picked from those that the account has (seed 003).
import {ApiError} from '../../lib/api.js';
import {h, newId} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';

const say = (name, rest) => t(`integrations.set.${name}`, rest);

/** Nobody has chosen yet: the login's own calendar is, as the server would choose. */
function linkedAtFirst(calendars, settings) {
    if (settings.calendars.length) return settings.calendars;
    const main = calendars.find(one => one.main && one.writable) ?? calendars.find(one => one.writable);
    return main ? [main.id] : [];
}

export function calendarPicker(calendars, settings) {
    const linked = linkedAtFirst(calendars, settings);
    const target = h('select.form-select', {id: newId('target'), dataset: {target: ''}});
    const targetField = h('div.field', h('label.form-label', {for: target.id}, say('target')), target,
        h('div.form-text', say('target.help')));
    const rows = calendars.map(calendar => row(calendar, linked, settings.conflictCalendars));
    const list = h('div.calendar-picker', {dataset: {field: 'calendars'}},
        h('p.form-text.mt-0', say('calendars.help')), rows, h('div.invalid-feedback'));
    const follow = wanted => {
        const ticked = calendars.filter(calendar => list.querySelector(`[data-linked="${CSS.escape(calendar.id)}"]`)?.checked);
        const before = wanted ?? target.value;
        target.replaceChildren(...ticked.map(one => h('option', {value: one.id}, one.name)));
        if (ticked.some(one => one.id === before)) target.value = before;
        targetField.hidden = ticked.length < 2;
        for (const one of list.querySelectorAll('[data-linked]')) {
            const conflict = list.querySelector(`[data-conflict="${CSS.escape(one.dataset.linked)}"]`);
            conflict.disabled = one.checked;  // a linked one is a conflict calendar by itself
            if (one.checked) conflict.checked = true;
        }
    };
    list.addEventListener('change', event => { if (event.target !== target) follow(); });
    follow(linked[0]);
    return [list, targetField];
}

function row(calendar, linked, conflicts) {
    const isLinked = linked.includes(calendar.id);
    const tick = (what, checked, attributes) => {
        const id = newId('calendar');
        return h('div.form-check', h('input.form-check-input', {type: 'checkbox', id, checked, ...attributes}),
            h('label.form-check-label', {for: id}, say(what), h('span.visually-hidden', ` – ${calendar.name}`)));
    };
    const dot = h('span.calendar-dot', {'aria-hidden': 'true'});
    if (/^#[0-9a-f]{6}$/i.test(calendar.color ?? '')) dot.style.backgroundColor = calendar.color;
    return h('div.calendar-row', dot,
        h('div.flex-grow-1.min-w-0', h('div.text-truncate', calendar.name),
            calendar.busyOnly ? h('div.form-text.mt-0', say('busyOnly')) : !calendar.writable && h('div.form-text.mt-0', say('readOnly'))),
        !calendar.busyOnly && tick('linked', isLinked, {dataset: {linked: calendar.id}}),
        tick('conflict', isLinked || conflicts.includes(calendar.id), {dataset: {conflict: calendar.id}}));
}

/** The first linked one takes what is born in the CRM. @throws ApiError  none is linked */
export function pickedCalendars(form) {
    const target = form.querySelector('[data-target]').value;
    const linked = [...form.querySelectorAll('[data-linked]')].filter(one => one.checked).map(one => one.dataset.linked);
    if (!linked.length) throw new ApiError(422, say('calendars.none'), 'calendars');
    const conflicts = [...form.querySelectorAll('[data-conflict]')].filter(one => one.checked && !one.disabled)
        .map(one => one.dataset.conflict);
    return {calendars: linked.includes(target) ? [target, ...linked.filter(id => id !== target)] : linked,
            conflictCalendars: conflicts};
}
