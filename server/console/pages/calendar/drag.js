// Moving, resizing and adding with a pointer: a mouse at once, a finger after it rested. Snaps to a quarter of an hour;
// Escape takes it back. The grid is measured when a drag begins, and not written to but for what shows where it would
// end: an element over the hours, or marks on the days.
import {h} from '../../lib/dom.js';
import {dateOf, dayMinutes, minutesOf} from './wall.js';
import {times} from './words.js';

const step = 15, threshold = 4, restingMs = 400, edge = 36;
const snapped = minutes => Math.round(minutes / step) * step;

/**
 * @param grid  with `columns`, from time_grid.js or month.js
 * @param act   editable(entry), moved(entry, {start, end} in minutes), add({start, end, allDay})
 */
export function draggable(grid, act, signal) {
    grid.addEventListener('pointerdown', event => {
        if (event.button !== 0 || !event.isPrimary) return;
        const wish = wishOf(grid, event, act);
        if (!wish) return;
        if (event.pointerType === 'touch') rest(grid, event, wish, act, signal);
        else follow(grid, event, wish, act, signal, false);
    }, {signal});
    grid.addEventListener('dragstart', event => event.preventDefault(), {signal});
}

/** What a press there would begin; null: nothing. */
function wishOf(grid, event, act) {
    const button = event.target.closest('.ev');
    const timed = grid.classList.contains('cal-week') || grid.classList.contains('cal-day');
    if (button) {
        const {entry} = button;
        if (!entry || !act.editable(entry)) return null;
        if (!timed || entry.days) {
            const bar = button.getBoundingClientRect();
            return {kind: button.classList.contains('can-stretch') && bar.right - event.clientX < 8 ? 'stretch' : 'days', entry, button};
        }
        const low = button.getBoundingClientRect().bottom - event.clientY;
        return {kind: button.classList.contains('can-resize') && low < 8 ? 'resize' : 'move', entry, button};
    }
    const column = event.target.closest('.cal-column');
    if (column && event.target.closest('.cal-now') === null && event.pointerType !== 'touch')
        return {kind: 'add', column};
    return null;
}

function rest(grid, event, wish, act, signal) {
    const waiting = new AbortController();
    const stop = () => { clearTimeout(timer); waiting.abort(); };
    const timer = setTimeout(() => { stop(); follow(grid, event, wish, act, signal, true); }, restingMs);
    const moved = other => {
        if (Math.hypot(other.clientX - event.clientX, other.clientY - event.clientY) > 8) stop();
    };
    document.addEventListener('pointermove', moved, {signal: waiting.signal});
    for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, stop, {signal: waiting.signal});
}

function follow(grid, begun, wish, act, signal, atOnce) {
    const over = new AbortController();
    signal?.addEventListener('abort', () => over.abort(), {signal: over.signal});
    let drag = atOnce ? begin(grid, begun, wish) : null;
    const listen = (name, f, more) => document.addEventListener(name, f, {signal: over.signal, ...more});
    const end = () => { over.abort(); drag?.undo(); };
    listen('pointermove', event => {
        if (event.pointerId !== begun.pointerId) return;
        if (!drag && Math.hypot(event.clientX - begun.clientX, event.clientY - begun.clientY) < threshold) return;
        drag ??= begin(grid, begun, wish);
        drag.to(event.clientX, event.clientY);
    });
    listen('pointerup', event => {
        if (event.pointerId !== begun.pointerId) return;
        const result = drag?.result();
        end();
        if (drag) swallowClick();
        if (result && wish.kind === 'add') act.add(result);
        else if (result) act.moved(wish.entry, result);
    });
    listen('pointercancel', end);
    listen('touchmove', event => { if (drag) event.preventDefault(); }, {passive: false});
    listen('keydown', event => {
        if (event.key !== 'Escape' || !drag) return;
        event.preventDefault();
        event.stopPropagation();
        end();
        document.addEventListener('pointerup', swallowClick, {once: true, capture: true});
    }, {capture: true});
}

/** The click that the browser sends for the release that ended a drag opens nothing; it comes at once or never. */
function swallowClick() {
    const stop = new AbortController();
    document.addEventListener('click', event => { event.preventDefault(); event.stopPropagation(); },
                              {capture: true, once: true, signal: stop.signal});
    setTimeout(() => stop.abort(), 0);
}

function begin(grid, begun, wish) {
    const places = grid.columns.map(({day, element}) => ({day, element, rect: element.getBoundingClientRect()}));
    const scroll = grid.querySelector('.cal-scroll');
    const scrolled = scroll?.scrollTop ?? 0;
    const frame = scroll?.getBoundingClientRect();
    const byDays = wish.kind === 'days' || wish.kind === 'stretch';
    const indexAt = (x, y) => nearest(places, x, byDays && !scroll ? y : null);
    const first = indexAt(begun.clientX, begun.clientY);
    const minutesAt = y => (y - places[0].rect.top + (scroll?.scrollTop ?? 0) - scrolled) / places[0].rect.height * dayMinutes;
    const pressed = minutesAt(begun.clientY);
    const shown = byDays ? marks(places) : ghost(places);
    let now = null;
    wish.button?.classList.add('is-dragged');

    const times = {
        move: (by, days) => {
            const start = snapped(wish.entry.start + by) + days * dayMinutes;
            return {start, end: start + wish.entry.end - wish.entry.start};
        },
        resize: by => ({start: wish.entry.start, end: Math.max(wish.entry.start + step, snapped(wish.entry.end + by))}),
        days: (by, days) => ({start: wish.entry.start + days * dayMinutes, end: wish.entry.end + days * dayMinutes}),
        stretch: (by, days) => {
            const {start, end} = wish.entry;
            const shortest = end - Math.floor((end - start - 1) / dayMinutes) * dayMinutes;
            return {start, end: Math.max(end + days * dayMinutes, shortest)};
        },
        add: by => {
            const midnight = minutesOf(wish.column.dataset.day);
            const from = Math.floor(Math.min(pressed, pressed + by) / step) * step;
            const until = Math.ceil(Math.max(pressed, pressed + by) / step) * step;
            return {start: midnight + Math.max(0, from), end: midnight + Math.min(dayMinutes, until)};
        },
    }[wish.kind];

    return {
        to(x, y) {
            if (frame && !byDays) {
                if (y < frame.top + edge) scroll.scrollTop -= 12;
                else if (y > frame.bottom - edge) scroll.scrollTop += 12;
            }
            const index = indexAt(x, y);
            now = times(minutesAt(y) - pressed, index - first);
            shown.at(now);
        },
        result() {
            if (!now) return null;
            if (wish.kind === 'add') return now;
            return now.start === wish.entry.start && now.end === wish.entry.end ? null : now;
        },
        undo() {
            shown.remove();
            wish.button?.classList.remove('is-dragged');
        },
    };
}

function nearest(places, x, y) {
    let best = 0, distance = Infinity;
    places.forEach(({rect}, index) => {
        const dx = Math.max(rect.left - x, 0, x - rect.right);
        const dy = y === null ? 0 : Math.max(rect.top - y, 0, y - rect.bottom);
        if (dx + dy < distance) [best, distance] = [index, dx + dy];
    });
    return best;
}

function ghost(places) {
    const element = h('div.ev-ghost', h('span.ev-time'));
    return {remove: () => element.remove(), at({start, end}) {
        const place = places.find(({day}) => day === dateOf(start));
        if (!place) return element.remove();
        if (element.parentNode !== place.element) place.element.append(element);
        const from = start - minutesOf(place.day);
        element.style.top = `${from / dayMinutes * 100}%`;
        element.style.height = `${Math.min(end - start, dayMinutes - from) / dayMinutes * 100}%`;
        element.firstChild.textContent = times(start, end);
    }};
}

function marks(places) {
    const mark = (from, until) => places.forEach(({day, element}) => element.classList.toggle('is-target', day >= from && day <= until));
    return {remove: () => mark('9', '0'), at: ({start, end}) => mark(dateOf(start), dateOf(Math.max(start, end - 1)))};
}
