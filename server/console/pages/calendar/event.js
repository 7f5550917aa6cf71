// One occurrence as an element: a button; a task also has a tick. Every view puts them where it has place for them.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {described, shownTime, time, titleOf} from './words.js';

/**
 * @param entry  as layout.js places it
 * @param look   {types: Map of key to ActivityType, me: login}
 * @param when   both its ends stand in it, only the start, or (false) no time
 */
export function eventButton(entry, look, {when = 'both'} = {}) {
    const {item} = entry;
    const type = look.types.get(item.type);
    const words = described(entry, type?.name);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = classesOf(item, look);
    button.tabIndex = -1;
    button.setAttribute('aria-label', words);
    button.title = words;
    if (type) button.style.setProperty('--type', type.color);
    const title = document.createElement('span');
    title.className = 'ev-title';
    title.append(...marksOf(item), titleOf(item));
    button.append(title);
    if (when && !item.allDay) {
        const clock = document.createElement('span');
        clock.className = 'ev-time';
        clock.textContent = when === 'start' ? time(entry.start) : shownTime(entry);
        button.append(' ', clock);
    }
    button.entry = entry;
    return button;
}

function classesOf(item, look) {
    const classes = ['ev'];
    if (!item.type) classes.push('ev-veiled');
    if (item.series) classes.push('is-series');
    if (item.done) classes.push('is-done');
    if (item.cancelled) classes.push('is-cancelled');
    if (item.tentative) classes.push('is-tentative');
    if (item.privacy !== 'public') classes.push('is-private');
    if (item.owner !== look.me) classes.push('is-others');
    return classes.join(' ');
}

/** What the calendar's sheet draws before the title; a screen reader says it in words. */
function marksOf(item) {
    return [item.done && 'done', item.privacy !== 'public' && 'private', item.series && 'series'].filter(Boolean).map(name => {
        const mark = document.createElement('span');
        mark.className = `ev-mark of-${name}`;
        return mark;
    });
}

/** A task with its tick. @param act.done  called with (entry, wanted) */
export function taskRow(entry, look, act) {
    const button = eventButton(entry, look);
    const tick = h('input.form-check-input.ev-tick', {type: 'checkbox', checked: entry.item.done, tabindex: '-1',
        'aria-label': t('calendar.markDone', {subject: titleOf(entry.item)}),
        onchange: event => act.done(entry, event.currentTarget.checked)});
    return h('div.ev-task', tick, button);
}

export const elementOf = (entry, look, act, options) =>
    entry.task ? taskRow(entry, look, act) : eventButton(entry, look, options);

/** A grey stretch of time that is taken elsewhere. */
export function blockElement(entry) {
    const words = `${t('calendar.busy')} ${shownTime(entry)}`.trim();
    return h(`div.cal-block${entry.item.tentative ? '.is-tentative' : ''}`, {role: 'img', 'aria-label': words, title: words});
}
