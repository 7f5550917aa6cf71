// One user: what they are, what they sign in with, and what becomes of them when they leave.
import {api} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {busy, dialog, pageHead, toast, toastError} from '../../lib/ui.js';
import {showErrors, values} from '../../lib/form.js';
import {panel, reload} from './parts.js';
import {fields, password, profile} from './user_form.js';
import {access} from './user_access.js';
import {leaving} from './user_leaving.js';
import {marks} from './users.js';

export async function render(context) {
    const {params, signal, user: me} = context;
    const path = `/users/${encodeURIComponent(params[0])}`;
    const [user, {items: users}] = await Promise.all([api.get(path, {}, {signal}), api.list('/users', {}, {signal})]);
    const person = user.kind === 'person';
    const self = user.login === me.login;
    return [
        h('a.way-back', {href: '#/admin/users'}, icon('chevron-left'), t('admin.users.back')),
        pageHead([user.name || user.login, ' ', h('span.fs-6.align-middle', marks(user))],
            h('a.btn.btn-outline-secondary', {href: `#/admin/history?login=${user.login}`}, t('admin.user.history')),
            h('a.btn.btn-outline-secondary', {href: `#/admin/accounts?user=${user.login}`}, t('admin.user.accounts'))),
        panel(t('admin.user.profile'), form(path, user, self)),
        person && panel(t('admin.user.signIn'), passwordButton(path, user, self), await access(path, user, signal)),
        panel(t('admin.user.leaving'), leaving(path, user, users, self, context)),
    ];
}

function form(path, user, self) {
    const button = h('button.btn.btn-primary', {type: 'submit'}, t('save'));
    const element = h('form', {novalidate: true, onsubmit: async event => {
        event.preventDefault();
        try {
            await busy(button, api.patch(path, profile(element)));
            toast(t('saved'));
            reload();
        } catch (error) {
            if (!showErrors(element, error)) toastError(error);
        }
    }}, h('p.text-secondary', t('admin.user.login'), ': ', h('strong', user.login)), fields(user, {self}), button);
    return element;
}

function passwordButton(path, user, self) {
    if (self) return h('p', h('a', {href: '#/me'}, t('admin.user.password.self')));
    return h('p', h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => {
        const {element} = dialog({
            title: t('admin.user.setPassword'),
            body: [h('p', t('admin.user.setPassword.text', {name: user.name})), password(t('admin.user.password'), '')],
            actions: [{
                label: t('admin.user.setPassword'),
                run: async () => {
                    await api.put(`${path}/password`, {password: values(element).password});
                    toast(t('admin.user.setPassword.done'));
                },
                failed: error => showErrors(element, error),
            }],
        });
        element.querySelector('input').focus();
    }}, t('admin.user.setPassword')));
}
