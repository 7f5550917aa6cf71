// My devices: where calendars and contacts are, passwords for apps, and how each app is set up.
import {api} from '../../lib/api.js';
import {fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {copyButton, pageHead, show} from '../../lib/ui.js';
import {guides} from './guides.js';
import {passwordList} from './passwords.js';

export async function render({user, server, signal}) {
    const list = h('div');
    const refresh = () => show(list, async () => passwordList(await api.all('/app-passwords', {}, {signal}), user, server,
                                                              refresh));
    refresh();
    return h('div', pageHead(t('nav.devices')),
        h('section.panel', h('h2.h5', t('devices.server')), h('p.text-secondary', t('devices.server.about')),
            address(t('devices.address'), server), address(t('signIn.login'), user.login)),
        h('section.panel', list),
        h('section.panel', h('h2.h5', t('devices.apps')), guides(user, server)));
}

const address = (label, text) => h('div.address-row', h('span.address-label', label),
    h('code.wrap-anywhere', text), copyButton(text));
