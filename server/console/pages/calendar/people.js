// Who takes part, which contacts it is about, and what reminds of it: lists that one adds to.
import {api} from '../../lib/api.js';
import {debounced, fill, h, icon, newId} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';

function removable(words, label, remove) {
    return h('li.cal-chip', h('span.text-truncate', words),
        h('button.btn.btn-sm.btn-icon', {type: 'button', 'aria-label': t('calendar.takeOut', {name: label}), onclick: remove},
          icon('x-lg')));
}

/** A list with a field below that adds to it. @param options.add(text)  what became of it: true, or why not */
function listed({name, label, help, control, draw}) {
    const list = h('ul.cal-chips.list-unstyled');
    const error = h('div.invalid-feedback');
    const id = control.id || (control.id = newId('field'));
    const element = h('div.field', {dataset: {field: name}}, h('label.form-label', {for: id}, label), list, control,
                      help && h('div.form-text', help), error);
    const redraw = () => fill(list, draw(redraw));
    redraw();
    return {element, redraw, refuse(text) {
        control.classList.toggle('is-invalid', Boolean(text));
        fill(error, text);
    }};
}

/** @param people  as the API has them */
export function participantFields(people) {
    const now = people.map(one => ({...one}));
    const control = h('input.form-control', {type: 'email', multiple: true, autocomplete: 'off',
        placeholder: t('calendar.participants.add')});
    const field = listed({name: 'participants', label: t('calendar.participants'), help: t('calendar.participants.help'), control,
        draw: redraw => now.map((one, index) => removable(
            `${one.name ? `${one.name} <${one.email}>` : one.email} · ${t(one.organizer ? 'calendar.organiser' : `calendar.response.${one.response}`)}`,
            one.name || one.email, () => { now.splice(index, 1); redraw(); }))});
    const take = () => {
        const found = control.value.split(/[\s,;]+/).filter(Boolean);
        const wrong = found.find(one => !/^[^@\s]+@[^@\s]+$/.test(one));
        field.refuse(wrong ? t('calendar.noEmail', {text: wrong}) : '');
        if (wrong) return false;
        for (const email of found.map(one => one.toLowerCase()))
            if (!now.some(one => one.email === email))
                now.push({email, name: '', role: 'required', response: 'needs-action', kind: 'individual', organizer: false});
        control.value = '';
        field.redraw();
        return true;
    };
    control.addEventListener('keydown', event => {
        if (event.key !== 'Enter' || !control.value.trim()) return;
        event.preventDefault();
        take();
    });
    control.addEventListener('change', take);
    const plain = list => list.map(({contact, user, ...one}) => one);
    const before = JSON.stringify(plain(people));
    return {element: field.element, value: () => plain(now), check: () => !control.value.trim() || take(),
            changed: () => JSON.stringify(plain(now)) !== before};
}

/** @param ids  of contacts linked by hand */
export function contactFields(ids, signal) {
    const now = ids.map(id => ({id, displayName: ''}));
    const found = h('ul.cal-found.list-group', {hidden: true});
    const control = h('input.form-control', {type: 'search', autocomplete: 'off', placeholder: t('calendar.contacts.find')});
    const field = listed({name: 'contacts', label: t('calendar.contacts'), control,
        draw: redraw => now.map((one, index) => removable(one.displayName || '…', one.displayName,
            () => { now.splice(index, 1); redraw(); }))});
    field.element.append(found);
    for (const one of now)
        api.get(`/contacts/${one.id}`, {}, {signal}).then(contact => { one.displayName = contact.displayName; field.redraw(); })
            .catch(() => { one.displayName = t('calendar.contacts.unknown'); field.redraw(); });
    const choose = contact => {
        if (!now.some(one => one.id === contact.id)) now.push(contact);
        control.value = '';
        found.hidden = true;
        field.redraw();
        control.focus();
    };
    control.addEventListener('input', debounced(async () => {
        const q = control.value.trim();
        if (q.length < 2) { found.hidden = true; return; }
        try {
            const {items} = await api.list('/contacts', {q, limit: 6}, {signal});
            if (control.value.trim() !== q) return;
            fill(found, items.length
                ? items.map(contact => h('li', h('button.list-group-item.list-group-item-action', {type: 'button',
                    onclick: () => choose(contact)}, contact.displayName,
                    contact.companyName && h('span.text-secondary', ` · ${contact.companyName}`))))
                : h('li.list-group-item.text-secondary', t('calendar.contacts.none')));
            found.hidden = false;
        } catch (error) {
            if (error.name !== 'AbortError') found.hidden = true;
        }
    }, 200, signal));
    return {element: field.element, value: () => now.map(one => one.id),
            changed: () => JSON.stringify(now.map(one => one.id)) !== JSON.stringify(ids)};
}

const usual = [0, 5, 10, 15, 30, 60, 120, 1440, 2880, 10080];

/** @param reminders  as the API has them */
export function reminderFields(reminders) {
    const now = reminders.map(one => ({...one}));
    const saying = minutes => minutes === 0 ? t('calendar.remind.start')
        : minutes % 1440 === 0 ? t('calendar.remind.days', {n: minutes / 1440})
        : minutes % 60 === 0 ? t('calendar.remind.hours', {n: minutes / 60})
        : t('calendar.remind.minutes', {n: minutes});
    const control = h('select.form-select', h('option', {value: ''}, t('calendar.remind.add')),
        usual.map(minutes => h('option', {value: minutes}, saying(minutes))));
    const field = listed({name: 'reminders', label: t('calendar.reminders'), control,
        draw: redraw => now.map((one, index) => removable(saying(one.minutes), saying(one.minutes),
            () => { now.splice(index, 1); redraw(); }))});
    control.addEventListener('change', () => {
        const minutes = Number(control.value);
        if (control.value !== '' && !now.some(one => one.minutes === minutes)) now.push({minutes, action: 'display'});
        control.value = '';
        field.redraw();
    });
    const before = JSON.stringify(now);
    return {element: field.element, value: () => now, changed: () => JSON.stringify(now) !== before};
}
