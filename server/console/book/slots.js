// The times that are free, a week and a half at a time, day by day.
import {fill, h, icon} from '../lib/dom.js';
import {desk} from './desk.js';
import {t} from './texts.js';
import {clock, day, dayKey, inFull, zonePicker} from './times.js';

const span = 10 * 24 * 3600e3;

/** @param chosen  called with the time that the visitor chose */
export function slotPicker(calendar, chosen) {
    const last = Date.now() + calendar.horizon * 24 * 3600e3;
    let from = Date.now(), slots = [], asked = 0;
    const list = h('div.book-days', {'aria-live': 'polite'});
    const earlier = h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => show(from - span)}, icon('chevron-left'), t('earlier'));
    const later = h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => show(from + span)}, t('later'), icon('chevron-right'));

    function draw() {
        const days = Map.groupBy ? Map.groupBy(slots, dayKey) : grouped(slots);
        fill(list, [...days.values()].map(times => h('section.book-day', h('h3.h6', day(times[0])),
            h('div.book-times', times.map(time => h('button.btn.btn-outline-primary', {type: 'button', onclick: () => chosen(time)}, clock(time)))))));
    }

    async function show(begin) {
        from = Math.max(begin, Date.now());
        earlier.disabled = from <= Date.now() + 60e3;
        later.disabled = from + span > last;
        const mine = ++asked;
        fill(list, h('p.text-secondary', t('loading')));
        try {
            const found = await desk.slots(new Date(from), new Date(from + span));
            if (mine !== asked) return;
            slots = found;
            if (slots.length) draw();
            else await offerNext(mine);
        } catch (error) {
            if (mine === asked) fill(list, h('p', {role: 'alert'}, error.message),
                h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => show(from)}, t('again')));
        }
    }

    /** Nothing here: where is the next one? */
    async function offerNext(mine) {
        const until = Math.min(from + span + 60 * 24 * 3600e3, last);
        const next = until > from + span ? (await desk.slots(new Date(from + span), new Date(until)))[0] : undefined;
        if (mine !== asked) return;
        fill(list, h('p.text-secondary', t('none')), next && h('button.btn.btn-outline-primary',
            {type: 'button', onclick: () => show(next.getTime())}, t('next', {time: inFull(next)})));
    }

    show(from);
    return h('section.book-slots', h('h2.h5', t('choose')), zonePicker(draw), h('div.book-turn', earlier, later), list);
}

function grouped(slots) {
    const days = new Map();
    for (const slot of slots) days.set(dayKey(slot), [...days.get(dayKey(slot)) ?? [], slot]);
    return days;
}
