// Users: who there is, and a new one.
import {api} from '../../lib/api.js';
import {debounced, fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {badge, dialog, empty, pageHead, toast} from '../../lib/ui.js';
import {clearErrors, showError, showErrors} from '../../lib/form.js';
import {row, rows, small} from './parts.js';
import {fields, profile} from './user_form.js';

export async function render(context) {
    if (context.params[0]) return (await import('./user.js')).render(context);
    const {items} = await api.list('/users', {}, {signal: context.signal});
    const list = h('div.panel');
    const search = h('input.form-control', {type: 'search', 'aria-label': t('admin.users.filter'),
        placeholder: t('admin.users.filter')});
    const show = () => fill(list, found(items, search.value));
    search.addEventListener('input', debounced(show, 100, context.signal));
    show();
    return [pageHead(t('admin.users'), h('button.btn.btn-primary', {type: 'button', onclick: () => add(context)},
                                         icon('plus-lg'), t('admin.users.add'))),
            h('div.mb-3', search), list];
}

function found(users, text) {
    const wanted = text.trim().toLowerCase();
    const some = users.filter(user => [user.login, user.name, user.email, ...user.otherEmails]
        .some(value => value.toLowerCase().includes(wanted)));
    if (!some.length) return empty({icon: 'people', title: t('admin.users.none')});
    return rows(some.map(user => row(
        [h('a.title-link', {href: `#/admin/users/${user.login}`}, user.name || user.login),
         small([user.login, user.email].filter(Boolean).join(' · '))],
        marks(user))));
}

export const marks = user => [
    !user.active && badge(t('admin.user.off'), 'warning'),
    user.role === 'admin' && badge(t('admin.user.role.admin'), 'primary'),
    user.kind !== 'person' && badge(t(`admin.user.kind.${user.kind}`)),
];

function add({navigate}) {
    let form;
    let made = null;
    const {element} = dialog({
        title: t('admin.users.add'), wide: true,
        body: fields({}, {isNew: true}),
        actions: [{
            label: t('admin.users.add'),
            run: async () => {
                const {password, ...wanted} = profile(form, true);
                if (password && password.length < 10) return refuse(form, t('admin.password.short'));
                made ??= await api.post('/users', wanted);
                if (password) await api.put(`/users/${made.login}/password`, {password});
                toast(t('admin.users.added', {name: made.name}));
                navigate(`admin/users/${made.login}`);
            },
            failed: error => error === refused || showErrors(form, error),
        }],
    });
    form = element.querySelector('form');
    form.querySelector('[name=login]').focus();
}

const refused = new Error('refused');
function refuse(form, text) {
    clearErrors(form);
    showError(form, 'password', text);
    throw refused;
}
