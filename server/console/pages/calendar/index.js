// The calendar: a week, a day, a month or a list; what is in it comes from /calendar in one request.
import {api} from '../../lib/api.js';
import {debounced, fill, h, icon} from '../../lib/dom.js';
import {currentZone, firstWeekday} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {on} from '../../lib/live.js';
import {failed, pageHead, toastError} from '../../lib/ui.js';
import {actions} from './actions.js';
import {agendaList} from './agenda.js';
import {blank, openDialog} from './dialog.js';
import {draggable} from './drag.js';
import {keyboard} from './keys.js';
import {placed} from './layout.js';
import {monthGrid} from './month.js';
import {staying} from './stay.js';
import {moveNow, scrollToDay, timeGrid} from './time_grid.js';
import {toolbar} from './toolbar.js';
import {daysOf, minutesOf, nowIn, spanOf, stepped, textOf} from './wall.js';

const views = ['week', 'day', 'month', 'agenda'];
const mostShown = 5000;

async function styled() {
    const address = new URL('./calendar.css', import.meta.url).href;
    if ([...document.styleSheets].some(sheet => sheet.href === address)) return;
    await new Promise(resolve => document.head.append(h('link', {rel: 'stylesheet', href: address, onload: resolve, onerror: resolve})));
}

export async function render({user, organisation, query, signal}) {
    const narrow = matchMedia('(max-width: 40rem)').matches;
    const kept = localStorage.getItem('calendar.view');
    const state = {
        view: views.find(one => one === query.view) ?? (narrow ? 'day' : views.find(one => one === kept) ?? 'week'),
        zone: currentZone(),
        whose: localStorage.getItem('calendar.whose') ?? 'mine',
        off: new Set(JSON.parse(localStorage.getItem('calendar.off') ?? '[]')),
        entries: [], complete: true,
    };
    state.date = /^\d{4}-\d\d-\d\d$/.test(query.date ?? '') ? query.date : nowIn(state.zone).slice(0, 10);
    const [types, people] = await Promise.all([api.list('/activity-types', {}, {signal}), api.list('/colleagues', {}, {signal}), styled()]);
    const names = new Map(people.items.map(one => [one.login, one.name || one.login]));
    if (!['mine', 'all'].includes(state.whose) && !names.has(state.whose)) state.whose = 'mine';
    return new Calendar(state, {user, organisation, types: new Map(types.items.map(one => [one.key, one])), names, signal}).begin();
}

class Calendar {
    constructor(state, {user, organisation, types, names, signal}) {
        Object.assign(this, {state, types, names, signal, me: user.login, firstDay: firstWeekday(organisation.region), asked: 0});
        this.act = {...actions(this), day: date => this.go({view: 'day', date}), add: times => this.add(times)};
        this.place = h('div.cal-place');
        this.note = h('p.visually-hidden', {role: 'status'});
        this.tools = toolbar(this);
    }

    async begin() {
        const add = h('button.btn.btn-primary', {type: 'button', onclick: () => this.add(this.nextHour())}, icon('plus-lg'),
                      h('span', t('calendar.new')));
        const page = h('div.cal-page', pageHead(t('nav.calendar'), add), this.tools.element, this.note, this.place);
        await this.load();
        const tick = setInterval(() => this.minute(), 60000);
        this.signal.addEventListener('abort', () => clearInterval(tick));
        this.follow();
        // Only in the page can it be scrolled.
        requestAnimationFrame(() => this.settle());
        return page;
    }

    /** What changes elsewhere is shown: at once, or once the pointer and the dialogs are done. */
    follow() {
        const {signal} = this;
        this.look = debounced(() => {
            if (document.hidden) return;  // looks when it is shown again
            if (this.busy()) this.look();
            else this.reload({changed: true});
        }, 300, signal);
        for (const name of ['change', 'again']) on(name, this.look, signal);
        on('account', account => { if (!account.run) this.look(); }, signal);  // busy times elsewhere
        document.addEventListener('visibilitychange', () => { if (!document.hidden) this.look(); }, {signal});
        this.place.addEventListener('pointerdown', () => { this.pressed = true; });
        for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, () => { this.pressed = false; }, {signal});
    }
    busy() {
        return this.pressed || this.moved || this.waiting || document.querySelector('dialog[open]') !== null;
    }

    zone() { return this.state.zone; }

    owner() {
        const {whose} = this.state;
        return whose === 'mine' ? this.me : whose === 'all' ? '' : whose;
    }

    /** Another view, date, zone or choice of whose. */
    async go(wanted) {
        Object.assign(this.state, wanted);
        const {view, date} = this.state;
        if (!matchMedia('(max-width: 40rem)').matches) localStorage.setItem('calendar.view', view);
        localStorage.setItem('calendar.whose', this.state.whose);
        history.replaceState(null, '', `#/calendar?view=${view}&date=${date}`);
        await this.load();
        this.settle();
    }
    step(by) { return this.go({date: stepped(this.state.view, this.state.date, by)}); }
    today() { return this.go({date: nowIn(this.state.zone).slice(0, 10)}); }

    /**
     * Asks for what there is; the last question counts.
     * @param again    without an answer, what is shown stays
     * @param changed  only what looks otherwise than before is drawn, and not under somebody's hands
     */
    async load({again = false, changed = false} = {}) {
        const number = ++this.asked;
        this.waiting = !changed;
        this.tools.update();
        const [from, until] = spanOf(this.state.view, this.state.date, this.firstDay);
        try {
            const answer = await api.get('/calendar', {from, until, zone: this.state.zone, limit: mostShown,
                owner: this.owner()}, {signal: this.signal});
            if (number !== this.asked) return;
            this.waiting = false;
            const told = JSON.stringify([nowIn(this.state.zone).slice(0, 10), answer]);
            if (changed && told === this.told) return;
            if (changed && this.busy()) return this.look();
            this.told = told;
            this.moved = null;
            this.state.entries = answer.items.map(placed);
            this.state.complete = answer.complete;
            if (again || changed) this.redraw();
            else this.draw();
        } catch (error) {
            if (error.name === 'AbortError' || number !== this.asked) return;
            this.waiting = false;
            if (changed) return;
            if (again && this.grid?.isConnected) {
                this.moved = null;
                return this.redraw();
            }
            this.told = null;
            fill(this.place, failed(error, () => this.load()));
        }
    }
    /** After a change: what is shown stays where it is. Without an answer it is what the server said last. */
    reload(how = {again: true}) { return this.load(how); }
    redraw() {
        const stay = staying(this.place);
        this.draw();
        stay(this.keys);
    }

    draw() {
        const {view, date, zone, off} = this.state;
        const now = nowIn(zone), today = now.slice(0, 10);
        const days = daysOf(spanOf(view, date, this.firstDay));
        const all = this.moved ? this.state.entries.map(one => one === this.moved.from ? this.moved.to : one) : this.state.entries;
        const entries = all.filter(({item}) => !off.has(item.type ?? (item.block ? 'block' : 'veiled')));
        const look = {types: this.types, me: this.me};
        const make = {month: monthGrid, agenda: agendaList}[view] ?? timeGrid;
        this.drawn?.abort();
        this.drawn = new AbortController();
        this.grid = make({days, today, now, entries, look, act: this.act, month: date.slice(0, 7)});
        this.grid.addEventListener('click', event => this.clicked(event));
        draggable(this.grid, this.act, this.drawn.signal);
        this.keys = keyboard(this.grid, this.act, this.drawn.signal);
        this.keys.begin(minutesOf(days.includes(today) ? now : days[0]));
        fill(this.place, this.state.complete ? null : h('p.alert.alert-warning', t('calendar.incomplete', {n: mostShown})), this.grid);
        fill(this.note, t('calendar.count', {n: entries.filter(({item}) => !item.block).length}));
    }
    settle() {
        if (this.grid?.querySelector('.cal-scroll')) scrollToDay(this.grid, nowIn(this.state.zone));
    }
    minute() {
        const line = this.grid?.querySelector('.cal-now');
        if (line) moveNow(line, nowIn(this.state.zone));
    }

    clicked(event) {
        const button = event.target.closest('button.ev');
        if (button) return button.entry.item.activity ? this.open(button.entry) : undefined;
        if (event.target.closest('button, input, a')) return;
        const column = event.target.closest('.cal-column'), cell = event.target.closest('.cal-cell');
        if (column) {
            const rect = column.getBoundingClientRect();
            const at = Math.floor((event.clientY - rect.top) / rect.height * 48) * 30;
            const start = minutesOf(column.dataset.day) + at;
            this.add({start, end: start + 60});
        } else if (cell) {
            const start = minutesOf(cell.dataset.day) + 9 * 60;
            this.add({start, end: start + 60});
        }
    }

    async open(entry) {
        const {item} = entry;
        try {
            const box = openDialog(this, item, await api.get(`/activities/${item.activity}`, {}, {signal: this.signal}));
            await box.closed;
            this.keys.focus(entry);
        } catch (error) {
            toastError(error);
            if (error.status === 404) this.reload();
        }
    }
    nextHour() {
        const now = nowIn(this.state.zone);
        const day = this.state.view === 'day' || this.state.date > now.slice(0, 10) ? this.state.date : now.slice(0, 10);
        const start = minutesOf(`${day}T${now.slice(11, 13)}:00`) + 60;
        return {start, end: start + 60};
    }
    /** @param times  minutes, as a drag or a click tells them */
    add({start, end, kind = 'event'}) {
        const zone = this.state.zone;
        this.adding = {start, end};
        this.box = openDialog(this, null, blank({start: textOf(start), end: textOf(end), zone, kind}));
    }
    /** A task has other fields than an event: what was written so far goes over. */
    remake(element, kind) {
        const subject = element.querySelector('[name=subject]').value;
        this.box.close();
        this.add({...this.adding, kind});
        this.box.element.querySelector('[name=subject]').value = subject;
    }

    /** It stands where it was put until the server has said so. */
    moving(from, start, end) {
        this.moved = {from, to: placed({...from.item, start, end})};
        this.redraw();
    }
}
