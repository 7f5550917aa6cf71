// The reminder campaign of an appointment calendar: a card for each step.
import {fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';

const units = [['days', 1440], ['hours', 60], ['minutes', 1]];
const moments = ['before-start', 'after-start', 'before-end', 'after-end'];
/** What can stand in braces: booking/templates.cpp. */
const fields = ['contact.name', 'contact.firstName', 'contact.lastName', 'contact.email', 'contact.company',
    'appointment.subject', 'appointment.when', 'appointment.date', 'appointment.time', 'appointment.end', 'appointment.location', 'appointment.zone',
    'host.name', 'host.email', 'calendar.name', 'organisation.name'];

const example = (name, calendarName) => (name === 'calendar.name' && calendarName) || t(`booking.example.${name}`);
const filled = (text, calendarName) => text.replace(/\{\{\s*(.*?)\s*\}\}/g, (all, name) => fields.includes(name) ? example(name, calendarName) : all);
const usual = () => ({id: '', from: 'start', minutes: 1440, channel: 'mail', subject: t('booking.reminder.usualSubject'), text: t('booking.reminder.usualText')});

/** @param nameNow  the calendar's name as it stands in the form. @returns {element, read} */
export function reminderRows(reminders, nameNow) {
    const list = h('div');
    const add = reminder => {
        const one = card(reminder, nameNow);
        list.append(one.element);
        return one;
    };
    reminders.forEach(add);
    const read = () => [...list.children].map((element, index) => element.read(`reminders[${index}]`));
    const element = h('fieldset.field', {dataset: {field: 'reminders'}}, h('legend.form-label.fs-6', t('booking.reminders')),
        h('div.form-text.mb-2', t('booking.reminders.help')), list,
        h('button.btn.btn-sm.btn-outline-secondary', {type: 'button', onclick: () => add(usual()).focus()}, icon('plus-lg'), t('booking.reminder.add')),
        h('div.invalid-feedback.d-block'));
    return {element, read};
}

/** A control with its label for screen readers, and the place of its error. */
const part = (name, control) => h('div.reminder-part', {dataset: {part: name}}, control, h('div.invalid-feedback'));

function card(reminder, nameNow) {
    const unit = units.find(([, size]) => reminder.minutes % size === 0) ?? units[2];
    const option = (value, text, chosen) => h('option', {value, selected: value === chosen}, text);
    const moment = `${reminder.minutes < 0 ? 'after' : 'before'}-${reminder.from}`;
    const count = h('input.form-control', {type: 'number', min: 0, value: Math.abs(reminder.minutes) / unit[1], 'aria-label': t('booking.reminder.count')});
    const size = h('select.form-select', {'aria-label': t('booking.reminder.unit')}, units.map(([name]) => option(name, t(`booking.reminder.${name}`), unit[0])));
    const when = h('select.form-select', {'aria-label': t('booking.reminder.moment')}, moments.map(name => option(name, t(`booking.reminder.${name}`), moment)));
    const channel = h('select.form-select', {'aria-label': t('booking.reminder.channel')}, ['mail', 'webhook'].map(name => option(name, t(`booking.reminder.${name}`), reminder.channel)));
    const subject = h('input.form-control', {value: reminder.subject, maxlength: 500, 'aria-label': t('booking.reminder.subject'), placeholder: t('booking.reminder.subject')});
    const text = h('textarea.form-control', {rows: 6, value: reminder.text, maxlength: 10000, 'aria-label': t('booking.reminder.text'), placeholder: t('booking.reminder.text')});
    let last = text;
    [subject, text].forEach(box => box.addEventListener('focus', () => { last = box; }));
    const insert = h('select.form-select.form-select-sm', {'aria-label': t('booking.reminder.insert'), onchange: () => {
        if (!insert.value) return;
        last.setRangeText(`{{${insert.value}}}`, last.selectionStart, last.selectionEnd, 'end');
        insert.value = '';
        last.focus();
        draw();
    }}, h('option', {value: ''}, t('booking.reminder.insert')), fields.map(name => h('option', {value: name}, t(`booking.field.${name}`))));
    const shown = h('div.reminder-preview.wrap-anywhere');
    const draw = () => fill(shown, h('strong', filled(subject.value, nameNow())), h('div', filled(text.value, nameNow())));
    const preview = h('details', {ontoggle: draw}, h('summary', t('booking.reminder.preview')), shown);
    [subject, text].forEach(box => box.addEventListener('input', draw));
    const remove = h('button.btn.btn-icon', {type: 'button', 'aria-label': t('booking.reminder.remove'), onclick: () => {
        const next = element.nextElementSibling ?? element.previousElementSibling;
        (next?.querySelector('input') ?? element.parentElement.nextElementSibling).focus();
        element.remove();
    }}, icon('trash'));
    const parts = {minutes: part('minutes', count), channel: part('channel', channel), subject: part('subject', subject), text: part('text', text)};
    const element = h('div.reminder-card', h('div.reminder-when', parts.minutes, size, when, parts.channel, remove), parts.subject, parts.text,
        h('div.reminder-foot', insert, preview));
    element.read = path => {
        for (const [name, place] of Object.entries(parts)) place.dataset.field = `${path}.${name}`;  // where the server's refusals go
        const minutes = Math.round((Number(count.value) || 0) * units.find(([name]) => name === size.value)[1]);
        const [way, from] = when.value.split('-');
        return {id: reminder.id || null, from, minutes: way === 'after' ? -minutes : minutes, channel: channel.value, subject: subject.value, text: text.value};
    };
    return {element, focus: () => count.focus()};
}
