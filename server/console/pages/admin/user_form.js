// The fields of a user, for a new one and for changes.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {checkbox, input, select, textarea, values, zones} from '../../lib/form.js';
import {button, suggestPassword} from './parts.js';

const words = (name, choices) => choices.map(choice => [choice, t(`admin.user.${name}.${choice}`)]);

/** @param user  as the API has it; what it lacks is the usual */
export function fields(user, {isNew = false, self = false} = {}) {
    return [
        isNew && input('login', {label: t('admin.user.login'), help: t('admin.user.login.help'), required: true,
            autocapitalize: 'none', spellcheck: 'false', maxlength: 64}),
        input('name', {label: t('admin.user.name'), value: user.name ?? '', maxlength: 200}),
        input('email', {label: t('admin.user.email'), help: t('admin.user.email.help'), type: 'email',
            value: user.email ?? ''}),
        textarea('otherEmails', {label: t('admin.user.otherEmails'), help: t('admin.user.otherEmails.help'), rows: 2,
            value: (user.otherEmails ?? []).join('\n')}),
        isNew && select('kind', words('kind', ['person', 'room', 'resource']), {label: t('admin.user.kind'),
            help: t('admin.user.kind.help')}),
        select('role', words('role', ['member', 'admin']), {label: t('admin.user.role'), value: user.role ?? 'member',
            help: self ? t('admin.user.role.self') : '', disabled: self}),
        select('zone', zones(), {label: t('admin.user.zone'), value: user.zone ?? ''}),
        select('visibility', words('visibility', ['none', 'busy', 'subject', 'everything']),
               {label: t('admin.user.visibility'), help: t('admin.user.visibility.help'), value: user.visibility ?? 'busy'}),
        checkbox('calendarPerType', {label: t('admin.user.calendarPerType'), help: t('admin.user.calendarPerType.help'),
            checked: user.calendarPerType ?? false}),
        isNew && password(t('admin.user.password'), t('admin.user.password.help')),
    ];
}

/** What the fields say, as the API takes it. */
export function profile(form, isNew = false) {
    const found = values(form);
    found.otherEmails = found.otherEmails.split(/[\s,;]+/).filter(Boolean);
    if (form.querySelector('[name=role]').disabled) delete found.role;
    if (isNew && found.kind !== 'person') delete found.password;
    return found;
}

/** A field for a password, with one that is hard to guess for the asking. It is shown: it has to be passed on. */
export function password(label, help) {
    const place = input('password', {label, help, autocomplete: 'new-password', spellcheck: 'false',
        autocapitalize: 'none'});
    const control = place.querySelector('input');
    place.append(h('div.mt-2', button(t('admin.password.suggest'), () => {
        control.value = suggestPassword();
        control.select();
    })));
    return place;
}
