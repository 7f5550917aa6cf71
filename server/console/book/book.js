// The public page: choose a time, say who you are; or move and cancel what was booked. One step at a time.
import {fill, h} from '../lib/dom.js';
import {desk} from './desk.js';
import {visitorForm} from './form.js';
import {slotPicker} from './slots.js';
import {language, t} from './texts.js';
import {inFull} from './times.js';

const main = document.getElementById('book');
document.documentElement.lang = language;

function show(calendar, ...parts) {
    fill(main, calendar && head(calendar), ...parts);
    main.querySelector('h2')?.setAttribute('tabindex', '-1');
    main.querySelector('h2')?.focus({preventScroll: true});
    scrollTo(0, 0);
}

function head(calendar) {
    const mark = h('span.book-mark', {'aria-hidden': 'true'});
    mark.style.backgroundColor = calendar.color;
    return h('header.book-head', h('p.text-secondary', calendar.organisation), h('h1.h3', mark, calendar.name),
        h('p.text-secondary', [t('minutes', {n: calendar.duration}), calendar.location].filter(Boolean).join(' · ')),
        calendar.description && h('p.book-about', calendar.description));
}

const alert = text => text && h('div.alert.alert-warning', {role: 'alert'}, text);

function chooseTime(calendar, problem) {
    show(calendar, alert(problem?.message), slotPicker(calendar, start => show(calendar,
        visitorForm(calendar, start, answer => thank(calendar, answer), error => chooseTime(calendar, error)))));
}

function thank(calendar, {booking, manage}) {
    show(calendar, h('section.book-done', h('h2.h5', t('done')), h('p.fw-semibold', inFull(new Date(booking.start))),
        h('p', !manage ? t('already') : calendar.mail ? t('doneText') : t('doneLink')),
        manage && h('p', h('a.btn.btn-outline-secondary', {href: desk.pageOf(manage)}, t('manage')))));
}

function appointment(calendar, news) {
    const {booking} = calendar;
    const time = h('p.fw-semibold', inFull(new Date(booking.start)));
    const open = !booking.cancelled && !booking.past;
    if (booking.cancelled) time.classList.add('text-decoration-line-through');
    show(calendar, h('section.book-done', h('h2.h5', t('yours')), news && h('p', {role: 'status'}, news), time,
        h('p', booking.name), booking.cancelled && h('p', t('cancelled')), booking.past && !booking.cancelled && h('p', t('past')),
        open && h('div.book-actions', h('button.btn.btn-outline-danger', {type: 'button', onclick: () => sureToCancel(calendar)}, t('cancel')),
            h('button.btn.btn-primary', {type: 'button', onclick: () => chooseAnother(calendar)}, t('move')))));
}

function chooseAnother(calendar, problem) {
    show(calendar, alert(problem), slotPicker(calendar, start => confirm(calendar, t('moveTo', {time: inFull(start)}), 'primary',
        async () => appointment(await desk.move(start.toISOString()), t('moved')), error => chooseAnother(calendar, error.message))),
        h('div.book-actions', h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => appointment(calendar)}, t('keep'))));
}

const sureToCancel = calendar => confirm(calendar, t('cancelSure'), 'danger', async () => appointment(await desk.cancel()),
    error => appointment(calendar, error.message), t('cancel'));

/** One more click before something is done. */
function confirm(calendar, title, kind, deed, failed, label = title) {
    const act = h(`button.btn.btn-${kind}`, {type: 'button', onclick: async () => {
        act.disabled = true;
        try { await deed(); } catch (error) { failed(error); }
    }}, label);
    show(calendar, h('section.book-done', h('h2.h5', title), h('p.fw-semibold', inFull(new Date(calendar.booking.start))),
        h('div.book-actions', h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => appointment(calendar)}, t('keep')), act)));
}

async function begin() {
    fill(main, h('p.text-secondary', t('loading')));
    try {
        const calendar = await desk.about();
        document.title = `${calendar.name} – ${calendar.organisation}`;
        desk.isBooking ? appointment(calendar) : chooseTime(calendar);
    } catch (error) {
        fill(main, h('section.book-done', h('h2.h5', error.message ?? String(error)),
            error.status !== 404 && h('button.btn.btn-outline-secondary', {type: 'button', onclick: begin}, t('again'))));
    }
}
begin();
