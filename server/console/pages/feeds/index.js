// Feeds: a calendar under a secret address, for whoever only looks.
import {api} from '../../lib/api.js';
import {fill, h, icon} from '../../lib/dom.js';
import {input, radios, select, showErrors, values} from '../../lib/form.js';
import {date} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {badge, confirm, copyButton, dialog, empty, pageHead, show, toast, toastError} from '../../lib/ui.js';

export async function render({signal}) {
    const list = h('div'), add = h('div');
    const refresh = () => show(list, async () => {
        const [feeds, collections] = await Promise.all([api.all('/feeds', {}, {signal}),
                                                        api.all('/collections', {}, {signal})]);
        // What others share can't be given on.
        const calendars = collections.filter(one => one.home === 'calendars' && one.access === 'own' &&
                                                    one.components.includes('VEVENT'));
        return content(feeds.filter(one => !one.revoked), calendars, add, refresh);
    });
    refresh();
    return h('div', pageHead(t('nav.feeds'), add), h('p.text-secondary', t('feeds.about')), h('section.panel', list));
}

function content(feeds, calendars, place, changed) {
    const add = h('button.btn.btn-primary', {type: 'button', onclick: () => make(calendars, changed)}, icon('plus-lg'),
        t('feeds.new'));
    fill(place, feeds.length > 0 && add);
    if (!feeds.length) return empty({icon: 'rss', title: t('feeds.none'), text: t('feeds.none.text'), action: add});
    const nameOf = calendar => calendars.find(one => one.name === calendar)?.displayName || calendar;
    return h('ul.list-plain', feeds.map(feed => row(feed, nameOf(feed.calendar), changed)));
}

function row(feed, calendar, changed) {
    const action = (label, run) => h('button.btn.btn-sm.btn-outline-secondary',
        {type: 'button', 'aria-label': `${label}: ${feed.label}`, onclick: run}, label);
    return h('li.list-row',
        h('div.flex-grow-1', h('div', h('strong.wrap-anywhere', feed.label), ' ', badge(t(`feeds.detail.${feed.detail}`))),
            h('div.small.text-secondary', `${calendar} · ${t('feeds.since', {when: date(feed.created)})}`)),
        h('div.d-flex.gap-2', action(t('feeds.renew'), () => renew(feed, changed)),
            action(t('devices.revoke'), () => revoke(feed, changed))));
}

function make(calendars, changed) {
    const body = h('div',
        input('label', {label: t('feeds.label'), help: t('feeds.label.help'), maxlength: 100}),
        select('calendar', calendars.map(one => [one.name, one.displayName || one.name]),
               {label: t('nav.calendar'), value: 'activities'}),
        radios('detail', ['busy', 'subject', 'everything'].map(key =>
            [key, t(`feeds.detail.${key}`), t(`feeds.detail.${key}.help`)]), {label: t('feeds.detail'), value: 'busy'}));
    const {closed} = dialog({title: t('feeds.new'), body, actions: [{label: t('feeds.make'),
        run: () => api.post('/feeds', values(body)), failed: error => showErrors(body, error)}]});
    closed.then(made => { if (made) { changed(); reveal(made); } });
}

function reveal(feed) {
    const web = feed.url.replace(/^https?:/, 'webcal:');
    dialog({title: t('feeds.made', {label: feed.label}), cancel: t('devices.password.seen'), body: [
        h('p', t('feeds.once')), h('p.secret', h('code.wrap-anywhere', feed.url), copyButton(feed.url)),
        h('p', h('a.btn.btn-outline-primary', {href: web}, icon('calendar-week'), t('feeds.subscribe'))),
    ]});
}

async function renew(feed, changed) {
    const sure = await confirm({title: t('feeds.renew'), text: t('feeds.renew.text', {label: feed.label}),
        action: t('feeds.renew')});
    if (!sure) return;
    try {
        reveal(await api.post(`/feeds/${feed.id}/secret`));
    } catch (error) {
        toastError(error);
    }
    changed();
}

async function revoke(feed, changed) {
    const sure = await confirm({title: t('feeds.revoke.title', {label: feed.label}), text: t('feeds.revoke.text'),
        action: t('devices.revoke')});
    if (!sure) return;
    try {
        await api.del(`/feeds/${feed.id}`);
        toast(t('feeds.revoke.done'));
    } catch (error) {
        toastError(error);
    }
    changed();
}
