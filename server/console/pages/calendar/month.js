// A month: weeks down, days across, as many occurrences in a day as fit; the rest behind "3 more".
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {blockElement, elementOf} from './event.js';
import {bars, canStretch} from './layout.js';
import {minutesOf} from './wall.js';
import {dayLong, dayNumber, weekdayShort} from './words.js';

const barHeight = 1.45, headHeight = 1.9;  // rem

/** @param view  as for the week, and `month`: the first seven letters of its dates. Its `columns` are the days. */
export function monthGrid({days, today, month, entries, look, act, lanes = 4}) {
    const grid = h('div.cal-grid.cal-month');
    grid.style.setProperty('--days', 7);
    grid.append(h('div.cal-head', days.slice(0, 7).map(day =>
        h('div.cal-day-head', h('span.cal-weekday', weekdayShort(minutesOf(day)))))));
    grid.columns = [];
    for (let at = 0; at < days.length; at += 7)
        grid.append(week(days.slice(at, at + 7), {today, month, entries, look, act, lanes, columns: grid.columns}));
    return grid;
}

function week(days, {today, month, entries, look, act, lanes, columns}) {
    const row = h('div.cal-weeks-row');
    const hidden = days.map(() => 0);
    const cells = days.map(day => {
        const classes = `${day === today ? '.is-today' : ''}${day.startsWith(month) ? '' : '.is-other'}`;
        const cell = h(`div.cal-cell${classes}`, {role: 'group', 'aria-label': dayLong(minutesOf(day)), dataset: {day}},
            h('button.btn.btn-sm.cal-number', {type: 'button', 'aria-label': dayLong(minutesOf(day)),
                'aria-current': day === today ? 'date' : null, onclick: () => act.day(day)}, dayNumber(minutesOf(day))));
        columns.push({day, element: cell});
        return cell;
    });
    row.append(...cells);
    for (const bar of bars(entries, days)) {
        if (bar.lane >= lanes) {
            for (let i = bar.column; i < bar.column + bar.span; ++i) ++hidden[i];
            continue;
        }
        const element = bar.entry.item.block ? blockElement(bar.entry) : elementOf(bar.entry, look, act, {when: 'start'});
        element.classList.add('cal-bar');
        if (!bar.entry.days && !bar.entry.item.block) element.classList.add('is-timed');
        if (bar.before) element.classList.add('goes-before');
        if (bar.after) element.classList.add('goes-after');
        else if (canStretch(bar.entry, act)) element.classList.add('can-stretch');
        element.style.left = `${bar.column / 7 * 100}%`;
        element.style.width = `calc(${bar.span / 7 * 100}% - 6px)`;
        element.style.top = `${headHeight + bar.lane * barHeight}rem`;
        row.append(element);
    }
    hidden.forEach((count, index) => {
        if (!count) return;
        const day = days[index];
        const more = h('button.btn.btn-sm.btn-link.cal-more', {type: 'button', onclick: () => act.day(day),
            'aria-label': `${t('calendar.more', {n: count})}, ${dayLong(minutesOf(day))}`}, t('calendar.more', {n: count}));
        more.style.left = `${index / 7 * 100}%`;
        more.style.top = `${headHeight + lanes * barHeight}rem`;
        row.append(more);
    });
    row.style.minHeight = `${headHeight + (lanes + 1) * barHeight}rem`;
    return row;
}
