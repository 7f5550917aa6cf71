// Who booked in a calendar, from now on.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {dateTime} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {badge, confirm, dialog, empty, show, toast, toastError} from '../../lib/ui.js';

export function showBookings(calendar, nameOf) {
    const list = h('div');
    const path = `/calendars/${calendar.key}/bookings`;
    const refresh = () => show(list, async () => {
        const until = new Date(Date.now() + (calendar.horizon + 1) * 24 * 3600e3);
        const {items} = await api.list(path, {from: new Date().toISOString(), until: until.toISOString(), limit: 500});
        if (!items.length) return empty({icon: 'inbox', title: t('booking.bookings.none')});
        return h('ul.list-plain', items.map(booking => row(booking, nameOf, () => cancel(booking))));
    });
    async function cancel(booking) {
        const sure = await confirm({title: t('booking.cancel.title', {name: booking.name}), text: t('booking.cancel.text'), action: t('booking.cancel')});
        if (!sure) return;
        try {
            await api.del(`${path}/${booking.id}`);
            toast(t('booking.cancelled'));
        } catch (error) {
            toastError(error);
        }
        refresh();
    }
    refresh();
    return dialog({title: t('booking.bookings.of', {name: calendar.name}), body: list, cancel: t('close'), wide: true});
}

function row(booking, nameOf, cancel) {
    const answers = Object.entries(booking.answers).map(([question, answer]) => h('div.small.text-secondary.wrap-anywhere', `${question}: ${answer}`));
    const time = h('div', dateTime(booking.start), ' ', booking.cancelled && badge(t('booking.isCancelled'), 'warning'));
    return h('li.list-row', h('div.flex-grow-1', time, h('strong.wrap-anywhere', booking.name), ' ',
            h('a.small', {href: `mailto:${booking.email}`}, booking.email), h('div.small.text-secondary', t('booking.host', {name: nameOf(booking.host)})), answers),
        !booking.cancelled && h('button.btn.btn-sm.btn-outline-danger', {type: 'button', 'aria-label': `${t('booking.cancel')}: ${booking.name}`, onclick: cancel},
            t('booking.cancel')));
}
