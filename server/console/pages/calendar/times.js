// Start and end as fields: dates for whole days, else wall clocks of a zone. A start that moves takes the end along.
import {h} from '../../lib/dom.js';
import {checkbox, input, select, zones} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {addDays, dateOf, minutesOf, textOf} from './wall.js';

/** @param given  {start, end, allDay, zone, task}: wall clocks of `zone`, or dates; the end exclusive, as in the API */
export function timeFields({start, end, allDay, zone, task}) {
    const whole = checkbox('allDay', {label: t(task ? 'calendar.dueDay' : 'calendar.allDay'), checked: allDay});
    const from = input('start', {label: t('calendar.start'), type: allDay ? 'date' : 'datetime-local', required: true});
    const until = input(task ? 'due' : 'end', {label: t(task ? 'calendar.due' : 'calendar.end'),
        type: allDay ? 'date' : 'datetime-local', required: true});
    const where = select('zone', zones(null), {label: t('calendar.zone'), value: zone});
    const element = h('div.cal-times', whole, task ? null : from, until, where);
    const first = from.querySelector('input'), last = until.querySelector('input'), tick = whole.querySelector('input');
    /** Shown is the last day; the API says the day after it. */
    const shownEnd = text => tick.checked && !task ? addDays(text, -1) : text;
    first.value = start ?? '';
    last.value = end ? shownEnd(end) : '';
    let known = first.value;

    tick.addEventListener('change', () => {
        for (const control of [first, last]) {
            const text = control.value;
            control.type = tick.checked ? 'date' : 'datetime-local';
            if (text) control.value = tick.checked ? text.slice(0, 10) : `${text.slice(0, 10)}T09:00`;
        }
        if (!tick.checked && !task && first.value === last.value && first.value)
            last.value = textOf(minutesOf(first.value) + 60);
        known = first.value;
        where.hidden = tick.checked;
    });
    where.hidden = allDay;
    first.addEventListener('change', () => {
        if (!first.value) return;
        if (known && last.value) {
            const moved = minutesOf(last.value) + minutesOf(first.value) - minutesOf(known);
            last.value = tick.checked ? dateOf(moved) : textOf(moved);
        }
        known = first.value;
    });
    const value = () => {
        const ended = last.value && tick.checked && !task ? addDays(last.value, 1) : last.value;
        const times = task ? {due: ended || null} : {start: first.value || null, end: ended || null};
        return tick.checked ? times : {...times, zone: where.querySelector('select').value};
    };
    const before = JSON.stringify(value());
    return {element, value, changed: () => JSON.stringify(value()) !== before,
            date: () => (task ? last.value : first.value).slice(0, 10) || dateOf(Date.now() / 60000)};
}
