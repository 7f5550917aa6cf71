// Four weeks as a list, day by day: what one reads on a phone, and with a screen reader.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {empty} from '../../lib/ui.js';
import {elementOf} from './event.js';
import {minutesOf} from './wall.js';
import {dayLong, time, times} from './words.js';

/** @param view  as for the week */
export function agendaList({days, today, entries, look, act}) {
    const list = h('div.cal-agenda');
    for (const day of days) {
        const here = entries.filter(entry => entry.first <= day && entry.last >= day)
            .sort((a, b) => Number(b.days) - Number(a.days) || a.start - b.start);
        if (here.length) list.append(section(day, day === today, here, look, act));
    }
    if (!list.firstChild)
        list.append(empty({icon: 'calendar-week', title: t('calendar.empty'), text: t('calendar.emptyText')}));
    list.columns = [];
    return list;
}

function section(day, isToday, entries, look, act) {
    const words = dayLong(minutesOf(day));
    return h('section.cal-agenda-day', {'aria-label': words, dataset: {day}},
        h('h2.h6', {class: isToday ? 'is-today' : null}, isToday ? `${t('calendar.today')} · ${words}` : words),
        h('ul.list-unstyled.mb-0', entries.map(entry => h('li.cal-agenda-row',
            h('span.cal-agenda-time', clock(entry, day)),
            entry.item.block ? h('span.ev.ev-veiled.is-block', t('calendar.busy'))
                             : elementOf(entry, look, act, {when: false})))));
}

function clock(entry, day) {
    if (entry.item.allDay) return t('calendar.allDay');
    if (entry.task) return time(entry.start);
    if (entry.first === entry.last) return times(entry.start, entry.end);
    if (entry.first === day) return `${time(entry.start)} –`;
    return entry.last === day ? `– ${time(entry.end)}` : t('calendar.allDay');
}
