// Above the calendar: today, back and on, which days, which view, in which zone, whose, and which types.
import {fill, h, icon} from '../../lib/dom.js';
import {zones} from '../../lib/form.js';
import {locale, t} from '../../lib/i18n.js';
import {addDays, minutesOf, spanOf} from './wall.js';
import {dayFull, days, month} from './words.js';

const views = ['day', 'week', 'month', 'agenda'];

/** @param page  {state, types, names, me, firstDay, go(), step(), today(), redraw()} */
export function toolbar(page) {
    const {state} = page;
    const title = h('h2.h5.mb-0.cal-title', {'aria-live': 'polite'});
    const switches = views.map(view => h('button.btn.btn-sm.btn-outline-secondary',
        {type: 'button', dataset: {view}, onclick: () => page.go({view})}, t(`calendar.view.${view}`)));
    const zone = h('select.form-select.form-select-sm', {'aria-label': t('calendar.zone'),
        onchange: () => page.go({zone: zone.value})}, zoneChoices(state.zone));
    zone.value = state.zone;
    const whose = h('select.form-select.form-select-sm', {'aria-label': t('calendar.whose'),
        onchange: () => page.go({whose: whose.value})}, whoseChoices(page));
    whose.value = state.whose;
    const element = h('div.cal-tools',
        h('div.cal-tools-row',
            h('button.btn.btn-sm.btn-outline-secondary', {type: 'button', onclick: () => page.today()}, t('calendar.today')),
            h('div.btn-group', arrow('chevron-left', 'calendar.back', () => page.step(-1)),
                               arrow('chevron-right', 'calendar.on', () => page.step(1))),
            title,
            h('div.btn-group.cal-views', {role: 'group', 'aria-label': t('calendar.view')}, switches)),
        h('div.cal-tools-row.cal-filters', filters(page), h('div.cal-choices', whose, zone)));
    const update = () => {
        const [from, until] = spanOf(state.view, state.date, page.firstDay);
        const words = {day: () => dayFull(minutesOf(state.date)), month: () => month(minutesOf(state.date))}[state.view] ??
            (() => days(minutesOf(from), minutesOf(addDays(until, -1))));
        if (title.textContent !== words()) fill(title, words());
        for (const button of switches) {
            const here = button.dataset.view === state.view;
            button.classList.toggle('active', here);
            button.setAttribute('aria-pressed', String(here));
        }
    };
    update();
    return {element, update};
}

const arrow = (name, key, onclick) =>
    h('button.btn.btn-sm.btn-outline-secondary', {type: 'button', 'aria-label': t(key), title: t(key), onclick}, icon(name));

function whoseChoices({names, me}) {
    const others = [...names].filter(([login]) => login !== me).sort(([, a], [, b]) => a.localeCompare(b, locale));
    return [['mine', 'all'].map(one => h('option', {value: one}, t(`calendar.whose.${one}`))),
            others.length ? h('optgroup', {label: t('calendar.whose.colleagues')},
                              others.map(([value, name]) => h('option', {value}, name))) : null];
}

/** One's own zone stands first. */
function zoneChoices(own) {
    const all = zones(null);
    const first = all.find(([name]) => name === own) ?? [own, own];
    return [first, ...all.filter(([name]) => name !== own)].map(([value, text]) => h('option', {value}, text));
}

/** Each type a switch that wears its colour. */
function filters(page) {
    const {state} = page;
    const flip = (key, button) => {
        if (state.off.has(key)) state.off.delete(key);
        else state.off.add(key);
        localStorage.setItem('calendar.off', JSON.stringify([...state.off]));
        button.setAttribute('aria-pressed', String(!state.off.has(key)));
        page.redraw();
    };
    const chip = (key, name, color) => {
        const button = h('button.cal-type', {type: 'button', 'aria-pressed': String(!state.off.has(key)),
            onclick: () => flip(key, button)}, h('span.cal-dot'), name);
        button.style.setProperty('--type', color);
        return button;
    };
    return h('div.cal-types', {role: 'group', 'aria-label': t('calendar.types')},
        [...page.types.values()].map(type => chip(type.key, type.name, type.color)),
        chip('block', t('calendar.blocks'), '#868e96'));
}
