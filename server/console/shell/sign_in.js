// The sign-in page.
import {api} from '../lib/api.js';
import {h, fill} from '../lib/dom.js';
import {t} from '../lib/i18n.js';
import {busy, explain} from '../lib/ui.js';
import {input, showErrors, values} from '../lib/form.js';
import {logo} from './logo.js';

/** @param enter  called with the session */
export function signIn(enter) {
    const problem = h('div.alert.alert-danger', {role: 'alert', hidden: true});
    const button = h('button.btn.btn-primary.w-100', {type: 'submit'}, t('signIn.do'));
    const form = h('form.sign-in', {novalidate: true, onsubmit: async event => {
        event.preventDefault();
        problem.hidden = true;
        try {
            await enter(await busy(button, api.post('/session', values(form))));
        } catch (error) {
            if (showErrors(form, error)) return;
            problem.hidden = false;
            fill(problem, error.status === 401 ? t('signIn.wrong') : explain(error));
            form.elements.password.value = '';
            form.elements.password.focus();
        }
    }},
        h('div.text-center.mb-3', logo(48)),
        h('h1.h4.text-center.mb-4', t('signIn.title')),
        problem,
        input('login', {label: t('signIn.login'), autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false'}),
        input('password', {label: t('signIn.password'), type: 'password', autocomplete: 'current-password'}),
        button);
    return h('main.sign-in-page', form);
}
