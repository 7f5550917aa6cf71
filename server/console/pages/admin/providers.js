// What this server is to Google and Microsoft, with the way to register it there.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {badge, busy, copyButton, pageHead, toast, toastError} from '../../lib/ui.js';
import {input, showErrors, values} from '../../lib/form.js';
import {button, panel, reload} from './parts.js';

/** Where one registers, step by step; each says what to do there. The redirect address comes between. */
const steps = {google: 6, microsoft: 5};
const consoles = {google: 'https://console.cloud.google.com/', microsoft: 'https://entra.microsoft.com/'};
const scopes = {
    google: ['openid', 'email', 'https://www.googleapis.com/auth/calendar.events',
             'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
             'https://www.googleapis.com/auth/calendar.events.freebusy', 'https://www.googleapis.com/auth/contacts'],
    microsoft: ['offline_access', 'openid', 'profile', 'email', 'User.Read', 'MailboxSettings.Read', 'Calendars.ReadWrite',
                'Contacts.ReadWrite'],
};

export async function render({signal}) {
    const {items} = await api.list('/providers', {}, {signal});
    return [pageHead(t('admin.providers')), h('p', t('admin.providers.text')),
            items.map(provider => panel([provider.name, ' ', h('span.fs-6.align-middle', status(provider))], form(provider), guide(provider)))];
}

const status = ({clientId, hasSecret}) =>
    !clientId ? badge(t('admin.providers.off')) : hasSecret ? badge(t('admin.providers.on'), 'success')
                                                            : badge(t('admin.providers.noSecret'), 'warning');

function form(provider) {
    const fixed = name => provider.fixed.includes(name);
    const save = h('button.btn.btn-primary', {type: 'submit'}, t('save'));
    const element = h('form', {novalidate: true, onsubmit: async event => {
        event.preventDefault();
        const {clientId, clientSecret} = values(element);
        const wanted = {};
        if (!fixed('clientId')) wanted.clientId = clientId;
        if (!fixed('clientSecret') && clientSecret) wanted.clientSecret = clientSecret;
        await put(provider, wanted, element, save);
    }},
        input('clientId', {label: t('admin.providers.id'), value: provider.clientId, disabled: fixed('clientId'),
            help: fixed('clientId') ? t('admin.fixed') : '', spellcheck: 'false', autocapitalize: 'none'}),
        input('clientSecret', {label: t('admin.providers.secret'), type: 'password', autocomplete: 'new-password',
            disabled: fixed('clientSecret'), placeholder: provider.hasSecret ? '••••••••' : '',
            help: fixed('clientSecret') ? t('admin.fixed')
                : t(provider.hasSecret ? 'admin.providers.secret.kept' : 'admin.providers.secret.help')}),
        provider.fixed.length < 2 && h('div.admin-row-actions', save,
            provider.hasSecret && !fixed('clientSecret') && button(t('admin.providers.secret.remove'),
                () => put(provider, {clientSecret: null}, element))));
    return element;
}

async function put(provider, wanted, element, save) {
    try {
        await busy(save, api.patch(`/providers/${provider.provider}`, wanted));
        toast(t('admin.providers.saved', {name: provider.name}));
        reload();
    } catch (error) {
        if (!showErrors(element, error)) toastError(error);
    }
}

function guide({provider, name, redirect, clientId}) {
    const all = [];
    for (let number = 1; number <= steps[provider]; ++number) {
        const text = t(`admin.providers.${provider}.${number}`, {console: consoles[provider]});
        all.push(h('li', text, extras(provider, number, redirect)));
    }
    return h('details.mt-3', {open: !clientId}, h('summary', t('admin.providers.how', {name})),
        h('ol.admin-steps.mt-2', all));
}

/** What is copied from here in a step. */
function extras(provider, number, redirect) {
    const copied = text => h('div.admin-address.mt-1', h('code', text), copyButton(text));
    if (number === 1) return h('div', h('a', {href: consoles[provider], target: '_blank', rel: 'noopener noreferrer'},
        consoles[provider]));
    if (number === (provider === 'google' ? 4 : 2)) return copied(redirect);
    if (number === 3) return copied(scopes[provider].join(' '));
    return null;
}
