// Week and day: hours down, days across. Everything is put in place once, by numbers; nothing is measured while it is
// built, and it enters the page in one piece.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {blockElement, elementOf, eventButton} from './event.js';
import {bars, canStretch, piecesOf, shownEnd, withLanes} from './layout.js';
import {dayMinutes, minutesOf} from './wall.js';
import {dayLong, dayNumber, hour, weekdayShort} from './words.js';

const percent = minutes => `${minutes / dayMinutes * 100}%`;
export const barHeight = 1.6;  // rem

/** Whole lines that have place, as calendar.css has it: an hour is 3 rem, a line .9375 rem; an eighth goes to the border. */
const linesIn = minutes => Math.floor((minutes / 20 - .125) / .9375);

/** @param part  how wide a day is, of a week */
const wideOf = (piece, part) => piece.wide / piece.lanes * part;

/** Which of its times have place; how long it is one sees. */
function timesIn(piece, part) {
    const wide = wideOf(piece, part);
    return wide <= .25 ? false : wide <= .5 || linesIn(shownEnd(piece) - piece.from) < 2 ? 'start' : 'both';
}

/**
 * @param view  {days, today, now, entries, look, act}; act.day(date): that day alone is wanted
 * @returns an element with `columns`: [{day, element}], for what drags
 */
export function timeGrid({days, today, now, entries, look, act}) {
    const grid = h(`div.cal-grid.cal-${days.length === 1 ? 'day' : 'week'}`);
    grid.style.setProperty('--days', days.length);
    const head = h('div.cal-head', h('div.cal-corner'), days.map(day => dayHead(day, day === today, act)));
    const above = aboveHours(days, entries, look, act);
    const columns = days.map(day => ({day, element: column(day, day === today ? now : null, entries, look, 7 / days.length)}));
    const body = h('div.cal-body', hours(), columns.map(one => one.element));
    grid.append(h('div.cal-scroll', {tabindex: '-1'}, h('div.cal-sticky', head, above), body));
    grid.columns = columns;
    grid.above = above;
    return grid;
}

function dayHead(day, isToday, act) {
    const minutes = minutesOf(day);
    return h(`div.cal-day-head${isToday ? '.is-today' : ''}`,
        h('button.btn.btn-sm.cal-day-button', {type: 'button', title: dayLong(minutes),
            'aria-current': isToday ? 'date' : null, onclick: () => act.day(day)},
          h('span.cal-weekday', weekdayShort(minutes)), ' ', h('span.cal-number', dayNumber(minutes))));
}

function hours() {
    const marks = [];
    for (let at = 1; at < 24; ++at) {
        const mark = h('span.cal-hour', hour(at * 60));
        mark.style.top = percent(at * 60);
        marks.push(mark);
    }
    return h('div.cal-hours', {'aria-hidden': 'true'}, marks);
}

/** What has no hours, or more than a day of them, and tasks; busy days, too. */
function aboveHours(days, entries, look, act) {
    const row = h('div.cal-above', {role: 'group', 'aria-label': t('calendar.allDay')});
    const placed = bars(entries.filter(entry => entry.days), days);
    for (const bar of placed) {
        const element = bar.entry.item.block ? blockElement(bar.entry) : elementOf(bar.entry, look, act);
        element.classList.add('cal-bar');
        if (bar.before) element.classList.add('goes-before');
        if (bar.after) element.classList.add('goes-after');
        else if (days.length > 1 && canStretch(bar.entry, act)) element.classList.add('can-stretch');
        element.style.left = `calc(var(--hours) + (100% - var(--hours)) * ${bar.column / days.length})`;
        element.style.width = `calc((100% - var(--hours)) * ${bar.span / days.length} - 4px)`;
        element.style.top = `${bar.lane * barHeight + .15}rem`;
        row.append(element);
    }
    const lanes = placed.reduce((most, bar) => Math.max(most, bar.lane + 1), 0);
    row.style.height = `${Math.max(1, lanes) * barHeight + .3}rem`;
    return row;
}

function column(day, now, entries, look, part) {
    const element = h(`div.cal-column${now ? '.is-today' : ''}`,
                      {role: 'group', 'aria-label': dayLong(minutesOf(day)), dataset: {day}});
    const pieces = piecesOf(entries, day);
    for (const piece of pieces) if (piece.entry.item.block) element.append(inPlace(blockElement(piece.entry), piece));
    for (const piece of withLanes(pieces.filter(one => !one.entry.item.block)))
        element.append(inLane(eventButton(piece.entry, look, {when: timesIn(piece, part)}), piece, part));
    if (now) element.append(nowLine(now));
    return element;
}

function inPlace(element, piece) {
    element.style.top = percent(piece.from);
    element.style.height = percent(piece.until - piece.from);
    return element;
}

function inLane(element, piece, part) {
    element.style.top = percent(piece.from);
    element.style.height = percent(shownEnd(piece) - piece.from);
    element.style.left = `${piece.lane / piece.lanes * 100}%`;
    element.style.width = `calc(${piece.wide / piece.lanes * 100}% - 2px)`;
    if (piece.ends) element.classList.add('can-resize');
    const lines = linesIn(shownEnd(piece) - piece.from);
    const words = element.children.length > 1 ? lines - 1 : lines;  // the last one says when
    if (wideOf(piece, part) < .2) {  // a letter or two in each line
        element.classList.add('is-narrow');
        element.firstChild.style.maxHeight = `${Math.max(1, lines) * .9375}rem`;
    } else if (lines < 2) element.classList.add('is-short');
    else if (words < 2) element.classList.add('is-low');
    else element.firstChild.style.webkitLineClamp = words;
    return element;
}

function nowLine(now) {
    const line = h('div.cal-now', {'aria-hidden': 'true'});
    moveNow(line, now);
    return line;
}
export function moveNow(line, now) {
    line.style.top = percent(minutesOf(now) - minutesOf(now.slice(0, 10)));
}

/** To the working day, or a little before now. */
export function scrollToDay(grid, now) {
    const scroll = grid.querySelector('.cal-scroll'), body = grid.querySelector('.cal-body');
    const today = grid.columns.some(column => column.day === now.slice(0, 10));
    const at = today ? Math.min(Math.max(Number(now.slice(11, 13)) - 2, 7.5), 16) : 7.5;
    scroll.scrollTop = body.offsetHeight * at / 24;
}
