// App passwords: one for each device, shown once, revoked at once.
import {api} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {checkbox, input, select, showErrors, values} from '../../lib/form.js';
import {date, relative} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {badge, confirm, copyButton, dialog, empty, toast, toastError} from '../../lib/ui.js';
import {qr} from './qr.js';

/** @param passwords  as the API lists them; @param changed  called after one was made or revoked */
export function passwordList(passwords, user, server, changed) {
    const add = h('button.btn.btn-primary', {type: 'button', onclick: () => make(user, server, changed)},
        icon('plus-lg'), t('devices.password.new'));
    const good = passwords.filter(one => !one.revoked);
    const old = passwords.filter(one => one.revoked);
    return [
        h('div.d-flex.flex-wrap.gap-2.justify-content-between.align-items-center.mb-2',
            h('h2.h5.mb-0', t('devices.passwords')), good.length > 0 && add),
        h('p.text-secondary', t('devices.passwords.about')),
        good.length ? h('ul.list-plain', good.map(one => row(one, changed)))
                    : empty({icon: 'phone', title: t('devices.passwords.none'), action: add}),
        old.length > 0 && h('details.mt-3', h('summary', t('devices.passwords.revoked', {n: old.length})),
            h('ul.list-plain.mt-2', old.map(one => row(one)))),
    ];
}

const scopeText = scope => [scope.caldav && t('devices.scope.caldav'), scope.carddav && t('devices.scope.carddav'),
    scope.api && t('devices.scope.api')].filter(Boolean).join(', ') + (scope.readOnly ? ` · ${t('devices.scope.readOnly')}` : '') +
    (scope.collection ? ` (${scope.collection})` : '');

function row(password, changed) {
    const expired = password.expires && new Date(password.expires) < new Date();
    return h('li.list-row',
        h('div.flex-grow-1',
            h('div', h('strong.wrap-anywhere', password.label), ' ', expired && badge(t('devices.expired'), 'warning')),
            h('div.small.text-secondary', scopeText(password.scope)),
            h('div.small.text-secondary', password.revoked ? t('devices.revoked', {when: date(password.revoked)})
                : password.lastUsed ? t('devices.used', {when: relative(password.lastUsed), by: password.lastAgent || '–'})
                                    : t('devices.unused'),
              password.expires && !expired && ` · ${t('devices.expires', {when: date(password.expires)})}`)),
        changed && h('button.btn.btn-sm.btn-outline-secondary', {type: 'button',
            'aria-label': t('devices.revoke.one', {label: password.label}),
            onclick: () => revoke(password, changed)}, t('devices.revoke')));
}

async function revoke(password, changed) {
    const sure = await confirm({title: t('devices.revoke.title', {label: password.label}),
        text: t('devices.revoke.text'), action: t('devices.revoke')});
    if (!sure) return;
    try {
        await api.del(`/app-passwords/${password.id}`);
        toast(t('devices.revoke.done'));
    } catch (error) {
        toastError(error);
    }
    changed();
}

// ---------------------------------------------------------------- a new one

const inDays = days => new Date(Date.now() + days * 86400000).toISOString().replace(/\.\d+Z/, 'Z');

function make(user, server, changed) {
    const body = h('div',
        input('label', {label: t('devices.label'), help: t('devices.label.help'), required: true, maxlength: 100}),
        h('fieldset.field', h('legend.form-label', t('devices.scope')),
            checkbox('caldav', {label: t('devices.scope.caldav'), checked: true}),
            checkbox('carddav', {label: t('devices.scope.carddav'), checked: true}),
            checkbox('api', {label: t('devices.scope.api'), help: t('devices.scope.api.help')}),
            checkbox('readOnly', {label: t('devices.scope.readOnly'), help: t('devices.scope.readOnly.help')})),
        select('expires', [['', t('devices.expires.never')], ['30', t('devices.days', {n: 30})], ['90', t('devices.days', {n: 90})],
            ['365', t('devices.days', {n: 365})]], {label: t('devices.expires.label')}));
    const {closed} = dialog({title: t('devices.password.new'), body, actions: [{
        label: t('devices.password.make'),
        run: () => {
            const {label, expires, ...scope} = values(body);
            return api.post('/app-passwords', {label, scope, expires: expires ? inDays(Number(expires)) : null});
        },
        failed: error => showErrors(body, error),
    }]});
    closed.then(made => { if (made) { changed(); reveal(made, user, server); } });
}

/** The only time that it is seen. */
function reveal(made, user, server) {
    dialog({title: t('devices.password.made', {label: made.label}), cancel: t('devices.password.seen'), body: [
        h('p', t('devices.password.once')),
        h('p.secret', h('code', made.secret), copyButton(made.secret)),
        h('p.text-secondary.small', t('devices.password.where', {login: user.login, server})),
        qr(made.secret, t('devices.qr.password')),
    ]});
}
