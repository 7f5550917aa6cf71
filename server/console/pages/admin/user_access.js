// By what a user comes in: app passwords of devices, browsers that are signed in.
import {api} from '../../lib/api.js';
import {fill, h} from '../../lib/dom.js';
import {date, relative} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {badge, confirm, copyButton, dialog, toast} from '../../lib/ui.js';
import {checkbox, input, showErrors, values} from '../../lib/form.js';
import {browserName} from '../me/browsers.js';
import {act, button, reload, row, rows, small} from './parts.js';

export async function access(path, user, signal) {
    const [passwords, sessions] = await Promise.all([api.list(`${path}/app-passwords`, {}, {signal}),
                                                     api.list(`${path}/sessions`, {}, {signal})]);
    return [
        h('h3.h6.mt-4', t('admin.user.appPasswords')),
        passwords.items.length
            ? rows(passwords.items.toSorted((a, b) => !!a.revoked - !!b.revoked).map(one => passwordRow(path, user, one)))
            : h('p.text-secondary', t('admin.user.appPasswords.none')),
        button(t('admin.user.appPasswords.add'), () => add(path)),
        h('h3.h6.mt-4', t('admin.user.sessions')),
        sessions.items.length ? rows(sessions.items.map(sessionRow))
                              : h('p.text-secondary', t('admin.user.sessions.none')),
        sessions.items.length > 0 && button(t('admin.user.sessions.end'), () => act(
            () => api.del(`${path}/sessions`), t('admin.user.sessions.ended'), reload)),
    ];
}

const lastUse = (used, ...where) => used
    ? [t('admin.user.lastUsed', {when: relative(used)}), ...where].filter(Boolean).join(' · ')
    : t('admin.user.neverUsed');

function passwordRow(path, user, one) {
    return row(
        [h('span', one.label), small(lastUse(one.lastUsed, one.lastAgent, one.lastAddress)),
         one.expires && small(t('admin.user.expires', {date: date(one.expires)}))],
        scope(one.scope).map(text => badge(text)),
        one.revoked ? badge(t('admin.user.revoked'), 'warning') : button(t('admin.user.revoke'), async () => {
            if (!await confirm({title: t('admin.user.revoke.title', {label: one.label}),
                text: t('admin.user.revoke.text'), action: t('admin.user.revoke')})) return;
            act(() => api.del(`${path}/app-passwords/${one.id}`), t('admin.user.revoke.done'), reload);
        }));
}

/** What it doesn't open, or nothing but what; nothing to say where it opens all. */
function scope(limits) {
    const opens = ['caldav', 'carddav', 'api'].filter(name => limits[name]);
    return [limits.collection || (opens.length < 3 && opens.map(name => t(`admin.scope.${name}`)).join(', ')),
            limits.readOnly && t('admin.scope.readOnly')].filter(Boolean);
}

const sessionRow = one => row([h('span', one.agent ? browserName(one.agent) : t('admin.user.browser')),
                               small(lastUse(one.lastUsed, one.address))]);

function add(path) {
    const {element} = dialog({
        title: t('admin.user.appPasswords.add'),
        body: [input('label', {label: t('admin.user.appPasswords.label'), help: t('admin.user.appPasswords.label.help')}),
               checkbox('readOnly', {label: t('admin.scope.readOnly')})],
        actions: [{
            label: t('admin.user.appPasswords.add'),
            run: async () => {
                const {label, readOnly} = values(element);
                const made = await api.post(`${path}/app-passwords`, {label, scope: {readOnly}});
                queueMicrotask(() => shown(made));
            },
            failed: error => showErrors(element, error),
        }],
    });
    element.querySelector('input').focus();
}

/** This once: nobody can show it again. */
async function shown(made) {
    const place = h('p.admin-address');
    fill(place, h('code.fs-5', made.secret), copyButton(made.secret));
    await dialog({title: made.label, body: [h('p', t('admin.user.appPasswords.once')), place], cancel: t('close')}).closed;
    toast(t('admin.user.appPasswords.added'));
    reload();
}
