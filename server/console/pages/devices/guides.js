// Step by step for each app. The steps are the texts devices.guide.NAME.1, .2 …
import {root} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {hasText, t} from '../../lib/i18n.js';
import {qr} from './qr.js';

const apps = ['apple', 'android', 'thunderbird', 'evolution', 'outlook'];

export function guides(user, server) {
    const host = new URL(server).host;
    return apps.map(app => h('details.guide', {name: 'guide'}, h('summary', t(`devices.guide.${app}`)),
        h('div.guide-body', extras(app, user, server), steps(app, {login: user.login, server, host}))));
}

function steps(app, params) {
    const items = [];
    for (let n = 1; hasText(`devices.guide.${app}.${n}`); ++n) items.push(h('li', t(`devices.guide.${app}.${n}`, params)));
    return h('ol', items);
}

/** What makes it shorter where a device takes it. */
function extras(app, user, server) {
    if (app === 'apple') {
        const profile = new URL(`profiles/${encodeURIComponent(user.login)}.mobileconfig`, root).href;
        return h('p', h('a.btn.btn-outline-primary', {href: profile, download: ''}, icon('download'), t('devices.profile')));
    }
    if (app === 'android') {
        const url = new URL(server);
        const link = `davx5://${encodeURIComponent(user.login)}@${url.host}${url.pathname}dav/`;
        return [h('p', h('a.btn.btn-outline-primary', {href: link}, icon('phone'), t('devices.davx5'))),
                qr(link, t('devices.qr.davx5'))];
    }
    return null;
}
