// Where occurrences stand: which day they are of, and which lane they take. Pure reckoning, done once for a week; the
// views only put elements where it says.
import {dateOf, dayMinutes, minutesOf} from './wall.js';

/** Shorter ones are drawn as if they took this long: something to read and to hit. */
const shortest = 22;

/**
 * An item of /calendar with its minutes. `days`: it stands above the hours; a task stands on the day it is due.
 * `first` and `last` are dates, the last included.
 */
export function placed(item) {
    const task = item.kind === 'task';
    let start = minutesOf(task ? item.end : item.start), end = Math.max(start, minutesOf(item.end));
    if (task) end = start;
    else if (item.allDay && end === start) end = start + dayMinutes;
    const days = task || item.allDay || end - start >= dayMinutes;
    const last = end > start ? end - 1 : end;
    return {item, start, end, days, task, first: dateOf(start), last: dateOf(last)};
}

/** Pieces of the timed ones on one day: {entry, from, until} in minutes of the day. */
export function piecesOf(entries, day) {
    const midnight = minutesOf(day);
    const pieces = [];
    for (const entry of entries) {
        if (entry.days || entry.first > day || entry.last < day) continue;
        const from = Math.max(0, entry.start - midnight);
        const until = Math.min(dayMinutes, Math.max(entry.end - midnight, from));
        pieces.push({entry, from, until, begins: entry.start >= midnight, ends: entry.end <= midnight + dayMinutes});
    }
    return pieces;
}

/**
 * Gives each piece a lane beside those at the same time: `lane` of `lanes`, and `wide`, over how many it may spread.
 * One pass over the pieces in order of their starts; a group ends where nothing goes on.
 */
export function withLanes(pieces) {
    pieces.sort((a, b) => a.from - b.from || b.until - a.until);
    let group = [], ends = [], groupEnd = -1;
    const close = () => {
        for (const piece of group) {
            piece.lanes = ends.length;
            piece.wide = 1;
            while (piece.lane + piece.wide < ends.length &&
                   !group.some(other => other.lane === piece.lane + piece.wide && other.from < shownEnd(piece) &&
                                        shownEnd(other) > piece.from))
                ++piece.wide;
        }
    };
    for (const piece of pieces) {
        if (piece.from >= groupEnd) {
            close();
            group = [];
            ends = [];
            groupEnd = -1;
        }
        let lane = ends.findIndex(end => end <= piece.from);
        if (lane < 0) lane = ends.length;
        ends[lane] = shownEnd(piece);
        groupEnd = Math.max(groupEnd, ends[lane]);
        piece.lane = lane;
        group.push(piece);
    }
    close();
    return pieces;
}

export const shownEnd = piece => Math.max(piece.until, piece.from + shortest);

/** What lasts for days can end on another one. */
export const canStretch = (entry, act) => entry.days && !entry.task && act.editable(entry);

/**
 * Rows for what stands above the hours, or in a month's week: {entry, column, span, lane, before, after}; before and
 * after: it goes on outside of `days`.
 */
export function bars(entries, days) {
    const first = days[0], last = days[days.length - 1];
    const column = new Map(days.map((day, index) => [day, index]));
    const found = entries.filter(entry => entry.first <= last && entry.last >= first)
        .sort((a, b) => a.start - b.start || b.end - a.end);
    const lanes = [];
    return found.map(entry => {
        const from = entry.first < first ? 0 : column.get(entry.first);
        const until = entry.last > last ? days.length - 1 : column.get(entry.last);
        let lane = lanes.findIndex(end => end < from);
        if (lane < 0) lane = lanes.length;
        lanes[lane] = until;
        return {entry, column: from, span: until - from + 1, lane, before: entry.first < first, after: entry.last > last};
    });
}
