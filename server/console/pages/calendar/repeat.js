// How a series repeats, as fields: none, daily, weekly on days, monthly, yearly; for ever, until a date, or so many
// times. A rule that says more than that is shown as it is and kept until another one is chosen.
import {fill, h} from '../../lib/dom.js';
import {checkbox, input, select} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {addDays, weekdayOf} from './wall.js';
import {weekdayShort} from './words.js';

const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];

const partsOf = rule => Object.fromEntries(rule.split(';').filter(Boolean).map(part => part.split('=', 2)));

/** Does the fields' language suffice for this rule? */
export function isPlain(rule) {
    const {FREQ, INTERVAL, COUNT, UNTIL, BYDAY, WKST, ...rest} = partsOf(rule);
    return frequencies.includes(FREQ) && Object.keys(rest).length === 0 &&
           (!BYDAY || (FREQ === 'WEEKLY' && BYDAY.split(',').every(day => names.includes(day))));
}

/** @param form  {rule, start(): date, firstDay, allDay(): boolean} */
export function repeatFields({rule, start, firstDay, utcEnd}) {
    const parts = partsOf(rule);
    const kept = rule && !isPlain(rule);
    const choices = [['', t('calendar.repeat.never')], ...frequencies.map(name => [name, t(`calendar.repeat.${name}`)])];
    if (kept) choices.push(['KEPT', t('calendar.repeat.kept')]);
    const every = select('repeat', choices, {label: t('calendar.repeat'), value: kept ? 'KEPT' : parts.FREQ ?? ''});
    const interval = input('interval', {label: '', type: 'number', min: 1, max: 999,
        inputmode: 'numeric', value: kept ? 1 : parts.INTERVAL ?? 1});
    const chosen = kept ? [] : (parts.BYDAY ?? '').split(',').filter(Boolean);
    const days = h('fieldset.field.cal-weekdays', h('legend.form-label', t('calendar.repeat.days')),
        [...Array(7).keys()].map(at => (at + firstDay) % 7).map(day => checkbox(`day${names[day]}`,
            {label: weekdayShort((day + 3) * 1440), checked: chosen.includes(names[day])})));  // 1970 began on a Thursday
    const ends = select('ends', [['never', t('calendar.repeat.forever')], ['until', t('calendar.repeat.until')],
        ['count', t('calendar.repeat.count')]], {label: t('calendar.repeat.ends'),
        value: parts.COUNT ? 'count' : parts.UNTIL ? 'until' : 'never'});
    const until = input('until', {label: t('calendar.repeat.last'), type: 'date',
        value: parts.UNTIL ? `${parts.UNTIL.slice(0, 4)}-${parts.UNTIL.slice(4, 6)}-${parts.UNTIL.slice(6, 8)}` : ''});
    const count = input('count', {label: t('calendar.repeat.times'), type: 'number', min: 1, max: 999, inputmode: 'numeric',
        value: parts.COUNT ?? 10});
    const element = h('div.cal-repeat', every, interval, days, ends, until, count);
    const control = name => element.querySelector(`[name=${name}]`);

    const settle = () => {
        const frequency = control('repeat').value, plain = frequency && frequency !== 'KEPT';
        interval.hidden = ends.hidden = !plain;
        if (plain) fill(interval.querySelector('label'), t(`calendar.repeat.every.${frequency}`));
        days.hidden = frequency !== 'WEEKLY';
        until.hidden = !plain || control('ends').value !== 'until';
        count.hidden = !plain || control('ends').value !== 'count';
        if (!days.hidden && !days.querySelector(':checked')) control(`day${names[weekdayOf(start())]}`).checked = true;
        if (!until.hidden && !control('until').value) control('until').value = addDays(start(), 28);
    };
    element.addEventListener('change', settle);
    settle();

    /** The rule as it is chosen now. */
    const value = () => {
        const frequency = control('repeat').value;
        if (frequency === 'KEPT') return rule;
        if (!frequency) return '';
        let text = `FREQ=${frequency}`;
        if (Number(control('interval').value) > 1) text += `;INTERVAL=${Number(control('interval').value)}`;
        const on = names.filter(name => control(`day${name}`).checked);
        if (frequency === 'WEEKLY' && (on.length > 1 || on[0] !== names[weekdayOf(start())])) text += `;BYDAY=${on.join(',')}`;
        if (control('ends').value === 'count') text += `;COUNT=${Number(control('count').value)}`;
        if (control('ends').value === 'until') text += `;UNTIL=${utcEnd(control('until').value)}`;
        return text;
    };
    const before = value();
    return {element, value, changed: () => value() !== before, follow: settle};
}
