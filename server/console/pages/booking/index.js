// Booking: appointment calendars with their public pages, and one's working hours.
import {api, root} from '../../lib/api.js';
import {fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {badge, confirm, copyButton, empty, pageHead, show, toast, toastError} from '../../lib/ui.js';
import {showBookings} from './bookings.js';
import {calendarForm} from './form.js';
import {hoursPanel} from './hours.js';

let styled;
/** Waited for, so that nothing jumps. */
function style() {
    styled ??= new Promise(resolve => {
        const href = new URL('booking.css', import.meta.url).pathname;
        document.head.append(h('link', {rel: 'stylesheet', href, onload: resolve, onerror: resolve}));
    });
    return styled;
}

export async function render({user, signal}) {
    await style();
    const list = h('div'), add = h('div');
    const refresh = () => show(list, async () => {
        const [{items: calendars}, {items: colleagues}, {items: types}] = await Promise.all(
            [api.list('/calendars', {}, {signal}), api.list('/colleagues', {}, {signal}), api.list('/activity-types', {}, {signal})]);
        const people = colleagues.some(one => one.login === user.login) ? colleagues : [{login: user.login, name: user.name}, ...colleagues];
        const edit = calendar => calendarForm(calendar, {user, people, types}, refresh);
        return content(calendars, {user, people, edit, add, refresh});
    });
    refresh();
    return h('div', pageHead(t('nav.booking'), add), h('p.text-secondary', t('booking.about')), h('section.panel', list), hoursPanel(signal));
}

function content(calendars, world) {
    const add = h('button.btn.btn-primary', {type: 'button', onclick: () => world.edit(null)}, icon('plus-lg'), t('booking.new'));
    fill(world.add, calendars.length > 0 && add);
    if (!calendars.length) return empty({icon: 'calendar-week', title: t('booking.none'), text: t('booking.none.text'), action: add});
    return h('ul.list-plain', calendars.map(calendar => row(calendar, world)));
}

function row(calendar, {user, people, edit, refresh}) {
    const address = new URL(`book/${calendar.key}`, root).href;
    const nameOf = login => people.find(one => one.login === login)?.name || login;
    const isAdmin = user.role === 'admin', isMember = calendar.members.includes(user.login);
    const theirs = isAdmin || (calendar.kind === 'personal' && isMember);
    const action = (label, run) => h('button.btn.btn-sm.btn-outline-secondary',
        {type: 'button', 'aria-label': `${label}: ${calendar.name}`, onclick: run}, label);
    const mark = h('span.type-dot', {'aria-hidden': 'true'});
    mark.style.backgroundColor = calendar.color;
    return h('li.list-row', h('div.flex-grow-1',
            h('div', mark, ' ', h('strong.wrap-anywhere', calendar.name), ' ', badge(t(`booking.kind.${calendar.kind}`)), ' ',
                !calendar.bookable && badge(t('booking.closed'), 'warning')),
            h('div.small.text-secondary', [t('booking.minutes', {n: calendar.duration}), calendar.members.map(nameOf).join(', ')].join(' · ')),
            calendar.bookable && h('div.small.d-flex.gap-2.align-items-center', h('a.wrap-anywhere', {href: address, target: '_blank', rel: 'noopener'}, address),
                copyButton(address))),
        h('div.d-flex.flex-wrap.gap-2', (isAdmin || isMember) && action(t('booking.bookings'), () => showBookings(calendar, nameOf)),
            theirs && action(t('edit'), () => edit(calendar)), theirs && action(t('delete'), () => remove(calendar, refresh))));
}

async function remove(calendar, refresh) {
    if (!await confirm({title: t('booking.remove', {name: calendar.name}), text: t('booking.remove.text'), action: t('delete')})) return;
    try {
        await api.del(`/calendars/${calendar.key}`, {etag: calendar.etag});
        toast(t('booking.removed', {name: calendar.name}));
    } catch (error) {
        toastError(error);
    }
    refresh();
}
