// Who books, and what they are asked.
import {h} from '../lib/dom.js';
import {desk} from './desk.js';
import {t} from './texts.js';
import {inFull, visitorsZone} from './times.js';

const control = {
    text: (q, id) => h('input.form-control', {id, required: q.required, maxlength: 500}),
    long: (q, id) => h('textarea.form-control', {id, required: q.required, rows: 4, maxlength: 5000}),
    choice: (q, id) => h('select.form-select', {id, required: q.required}, h('option', {value: ''}, t('please')), q.choices.map(choice => h('option', choice))),
    check: (q, id) => h('input.form-check-input', {id, type: 'checkbox', required: q.required}),
};

function field(label, element, id) {
    const error = h('div.invalid-feedback', {id: `${id}-error`});
    element.setAttribute('aria-describedby', error.id);
    element.addEventListener('input', () => element.classList.remove('is-invalid'));
    const words = h(element.type === 'checkbox' ? 'label.form-check-label' : 'label.form-label', {for: id}, label, element.required && ' *');
    return h(element.type === 'checkbox' ? 'div.form-check.book-field' : 'div.book-field', element.type === 'checkbox' ? [element, words] : [words, element], error);
}

/**
 * @param start   the time that was chosen
 * @param booked  called with the server's answer
 * @param back    called to choose another time; with the free ones where somebody was quicker
 */
export function visitorForm(calendar, start, booked, back) {
    const name = h('input.form-control', {id: 'name', required: true, autocomplete: 'name', maxlength: 200});
    const email = h('input.form-control', {id: 'email', type: 'email', required: true, autocomplete: 'email', maxlength: 254});
    const asked = calendar.questions.map((q, index) => ({q, element: control[q.kind](q, `question-${index}`)}));
    // People don't see it; robots fill in whatever they find.
    const trap = h('input', {id: 'website', name: 'website', tabindex: '-1', autocomplete: 'off'});
    const problem = h('div.alert.alert-danger', {role: 'alert', hidden: true});
    const button = h('button.btn.btn-primary', {type: 'submit'}, t('book', {time: inFull(start)}));

    function say(element, text) {
        element.classList.toggle('is-invalid', Boolean(text));
        document.getElementById(`${element.id}-error`).textContent = text;
    }
    function isFilled() {
        const all = [name, email, ...asked.map(one => one.element)];
        for (const element of all) say(element, element.validity.valid ? '' : element === email && element.value ? t('noMail') : t('needed'));
        const wrong = all.find(element => !element.validity.valid);
        wrong?.focus();
        return !wrong;
    }
    async function send(event) {
        event.preventDefault();
        problem.hidden = true;
        if (!isFilled()) return;
        const answers = Object.fromEntries(asked.map(({q, element}) => [q.label, element.type === 'checkbox' ? element.checked ? 'yes' : '' : element.value]));
        button.disabled = true;
        try {
            booked(await desk.book({start: start.toISOString(), name: name.value, email: email.value, zone: visitorsZone(), answers, website: trap.value}));
        } catch (error) {
            button.disabled = false;
            if (error.next) return back(error);
            if (error.field === 'email') { say(email, t('noMail')); return email.focus(); }
            problem.textContent = error.message;
            problem.hidden = false;
        }
    }
    const form = h('form.book-form', {novalidate: true, onsubmit: send}, h('h2.h5', {tabindex: '-1'}, inFull(start)),
        field(t('name'), name, 'name'), field(t('email'), email, 'email'),
        asked.map(({q, element}) => field(q.label, element, element.id)),
        h('div.book-trap', {'aria-hidden': 'true'}, h('label', {for: 'website'}, t('leave')), trap), problem,
        h('div.book-actions', h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => back()}, t('back')), button));
    return form;
}
