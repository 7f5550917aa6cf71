// What visitors are asked: a row each, in order.
import {h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';

const kinds = ['text', 'long', 'choice', 'check'];

/** @returns {element, read}  read: the questions as they stand there */
export function questionRows(questions) {
    const list = h('div.question-list');
    const add = (question = {label: '', kind: 'text', required: false, choices: []}) => {
        const label = h('input.form-control', {value: question.label, maxlength: 300, 'aria-label': t('booking.question.label'), dataset: {part: 'label'}});
        const kind = h('select.form-select', {'aria-label': t('booking.question.kind'), dataset: {part: 'kind'}, onchange: () => { choices.hidden = kind.value !== 'choice'; }},
            kinds.map(one => h('option', {value: one, selected: one === question.kind}, t(`booking.question.${one}`))));
        const choices = h('input.form-control', {value: question.choices.join(', '), hidden: question.kind !== 'choice', dataset: {part: 'choices'},
            'aria-label': t('booking.question.choices'), placeholder: t('booking.question.choices')});
        const id = `required-${Math.random().toString(36).slice(2)}`;
        const required = h('input.form-check-input', {type: 'checkbox', id, checked: question.required, dataset: {part: 'required'}});
        const row = h('div.question-row', label, kind, choices, h('div.form-check', required, h('label.form-check-label', {for: id}, t('booking.question.required'))),
            h('button.btn.btn-icon', {type: 'button', 'aria-label': t('booking.question.remove'), onclick: () => row.remove()}, icon('trash')));
        list.append(row);
        return label;
    };
    questions.forEach(add);
    const part = (row, name) => row.querySelector(`[data-part=${name}]`);
    const read = () => [...list.children].filter(row => part(row, 'label').value.trim()).map(row => {
        const kind = part(row, 'kind').value;
        return {label: part(row, 'label').value.trim(), kind, required: part(row, 'required').checked,
            choices: kind === 'choice' ? part(row, 'choices').value.split(',').map(one => one.trim()).filter(Boolean) : []};
    });
    const element = h('fieldset.field', {dataset: {field: 'questions'}}, h('legend.form-label.fs-6', t('booking.questions')), list,
        h('button.btn.btn-sm.btn-outline-secondary', {type: 'button', onclick: () => add().focus()}, icon('plus-lg'), t('booking.question.add')),
        h('div.invalid-feedback.d-block'));
    return {element, read};
}
