// My account: what one may set for oneself, the password, and the browsers that are signed in.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {checkbox, clearErrors, input, radios, select, showErrors, values, zones} from '../../lib/form.js';
import {useZone} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {busy, pageHead, show, toast, toastError} from '../../lib/ui.js';
import {browsers} from './browsers.js';

export async function render({organisation, signal}) {
    const user = await api.get('/me', {}, {signal});
    const list = h('div');
    const refresh = () => show(list, async () => browsers(await api.all('/sessions', {}, {signal}), refresh));
    refresh();
    return h('div', pageHead(t('nav.me')),
        h('section.panel', h('h2.h5', t('me.settings')), settings(user, organisation)),
        h('section.panel', h('h2.h5', t('me.password')), password(user)),
        h('section.panel', h('h2.h5', t('me.browsers')), h('p.text-secondary', t('me.browsers.about')), list));
}

/** A form that sends itself, and says at its fields what is wrong. */
function form(fields, label, send) {
    const button = h('button.btn.btn-primary', {type: 'submit'}, label);
    const element = h('form.narrow', {novalidate: true, onsubmit: async event => {
        event.preventDefault();
        clearErrors(element);
        try {
            await busy(button, send(values(element)));
            toast(t('saved'));
        } catch (error) {
            if (!showErrors(element, error)) toastError(error);
        }
    }}, fields, button);
    return element;
}

function settings(user, organisation) {
    const seen = ['none', 'busy', 'subject', 'everything'];
    return form([
        input('name', {label: t('me.name'), value: user.name, autocomplete: 'name'}),
        select('zone', zones(), {label: t('me.zone'), value: user.zone ?? ''}),
        radios('visibility', seen.map(key => [key, t(`me.visibility.${key}`)]),
               {label: t('me.visibility'), value: user.visibility}),
        checkbox('calendarPerType', {label: t('me.perType'), help: t('me.perType.help'), checked: user.calendarPerType}),
    ], t('save'), async wanted => {
        await api.patch('/me', wanted);
        useZone(wanted.zone || organisation.zone);
    });
}

function password(user) {
    const element = form([
        // Password managers file it under the login.
        h('input', {type: 'text', autocomplete: 'username', value: user.login, hidden: true, readonly: true}),
        input('current', {label: t('me.password.current'), type: 'password', autocomplete: 'current-password'}),
        input('password', {label: t('me.password.new'), type: 'password', autocomplete: 'new-password',
            help: t('me.password.help')}),
    ], t('me.password.change'), async wanted => {
        await api.put('/me/password', wanted);
        element.reset();
    });
    return element;
}
