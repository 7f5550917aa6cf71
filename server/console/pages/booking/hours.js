// One's working hours: a week, and days that differ.
import {api} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {input, select, showErrors, zones} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {badge, busy, show, toast, toastError} from '../../lib/ui.js';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const spans = text => text.split(',').map(one => one.trim().replace(/\s*[-–]\s*/, '-')).filter(Boolean).map(one => one.replace(/\b(\d):/g, '0$1:'));

export function hoursPanel(signal) {
    const place = h('div');
    const refresh = () => show(place, async () => form(await api.get('/working-hours', {}, {signal}), refresh));
    refresh();
    return h('section.panel', h('h2.h5', t('hours.title')), h('p.text-secondary', t('hours.about')), place);
}

function form(hours, refresh) {
    const week = days.map(day => input(`week.${day}`, {label: t(`hours.${day}`), value: (hours.week[day] ?? []).join(', '), placeholder: t('hours.off')}));
    const others = h('div');
    const addDay = (date = '', times = []) => {
        const row = h('div.hours-day', h('input.form-control', {type: 'date', value: date, 'aria-label': t('hours.date'), dataset: {part: 'date'}}),
            h('input.form-control', {value: times.join(', '), placeholder: t('hours.off'), 'aria-label': t('hours.times'), dataset: {part: 'times'}}),
            h('button.btn.btn-icon', {type: 'button', 'aria-label': t('hours.removeDay'), onclick: () => row.remove()}, icon('trash')));
        others.append(row);
        return row.firstChild;
    };
    Object.entries(hours.days).forEach(([date, times]) => addDay(date, times));
    const save = h('button.btn.btn-primary', {type: 'submit'}, t('save'));
    const element = h('form', {novalidate: true, onsubmit: event => { event.preventDefault(); busy(save, send()); }},
        hours.usual && h('p', badge(t('hours.usual'))), hours.other && h('div.alert.alert-warning', t('hours.other')),
        select('zone', zones(null), {label: t('booking.zone'), value: hours.zone}),
        h('div.booking-grid', week), h('fieldset.field', {dataset: {field: 'days'}}, h('legend.form-label.fs-6', t('hours.days')), others,
            h('button.btn.btn-sm.btn-outline-secondary', {type: 'button', onclick: () => addDay().focus()}, icon('plus-lg'), t('hours.addDay')),
            h('div.invalid-feedback.d-block')),
        h('div.d-flex.gap-2.mt-3', save, !hours.usual && h('button.btn.btn-outline-secondary', {type: 'button', onclick: reset}, t('hours.reset'))));

    const part = (row, name) => row.querySelector(`[data-part=${name}]`).value;
    async function send() {
        const body = {zone: element.querySelector('[name=zone]').value,
            week: Object.fromEntries(days.map(day => [day, spans(element.querySelector(`[name="week.${day}"]`).value)])),
            days: Object.fromEntries([...others.children].filter(row => part(row, 'date')).map(row => [part(row, 'date'), spans(part(row, 'times'))]))};
        try {
            await api.patch('/working-hours', body);
            toast(t('saved'));
            refresh();
        } catch (error) {
            if (!showErrors(element, error, {week: error.field})) toastError(error);
        }
    }
    async function reset() {
        try {
            await api.del('/working-hours');
            refresh();
        } catch (error) {
            toastError(error);
        }
    }
    return element;
}
