// Add New Account: choose a provider, then its own sign-in page, or a form where it has none (rules A1, A4).
import {fill, h, icon} from '../../lib/dom.js';
import {input, showErrors, values} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {busy, explain, pageHead, toast} from '../../lib/ui.js';
import {bySignInPage, connect, providers, signInAt} from './account_api.js';
import {providerName, providerPicture} from './words.js';

/** @param context.query  provider and login of an account that is to be connected again; change: another login instead */
export async function render(context) {
    const {params, query} = context;
    const provider = params[1];
    const whose = query.user && query.user !== context.user.login ? query.user : '';
    const back = h('a.back', {href: '#/integrations'}, icon('chevron-left'), t('integrations.title'));
    const forWhom = whose && h('p.text-secondary', t('integrations.forUser', {user: whose}));
    if (providers.includes(provider) && !bySignInPage(provider))
        return h('section', back, pageHead(t('integrations.connectTo', {provider: providerName(provider)})), forWhom,
            davForm(context, provider, whose));
    return h('section', back, pageHead(t('integrations.add')), forWhom, choice(context, whose, provider));
}

// ---------------------------------------------------------------- which provider

function choice({navigate, query}, whose, chosen) {
    const problem = h('div.alert.alert-danger', {role: 'alert', hidden: true});
    const button = h('button.btn.btn-primary', {type: 'submit'}, t('integrations.connect'));
    const form = h('form.panel.narrow', {novalidate: true, onsubmit: async event => {
        event.preventDefault();
        problem.hidden = true;
        const {provider} = values(form);
        if (!bySignInPage(provider))
            return navigate(`integrations/new/${provider}${whose ? `?user=${encodeURIComponent(whose)}` : ''}`);
        try {
            await busy(button, signInAt(provider, whose));
        } catch (error) {
            problem.hidden = false;
            fill(problem, explain(error));
        }
    }},
        query.signIn === 'denied' && h('div.alert.alert-warning', {role: 'status'}, t('integrations.denied')),
        problem,
        h('fieldset.field', h('legend.form-label.fw-semibold', t('integrations.chooseProvider')),
            providers.map(provider => option(provider, provider === (chosen ?? query.provider ?? 'google')))),
        h('div.d-flex.gap-2.justify-content-end',
            h('a.btn.btn-outline-secondary', {href: '#/integrations'}, t('cancel')), button));
    return form;
}

function option(provider, checked) {
    const id = `provider-${provider}`;
    return h('div.provider-option',
        h('input.form-check-input', {type: 'radio', name: 'provider', value: provider, id, checked, 'aria-describedby': `${id}-help`}),
        providerPicture(provider),
        h('div', h('label', {for: id}, providerName(provider)),
            h('div.form-text.mt-0', {id: `${id}-help`}, t(`integrations.provider.${provider}.help`))));
}

// ---------------------------------------------------------------- a login

function davForm({navigate, query}, provider, whose) {
    const problem = h('div.alert.alert-danger', {role: 'alert', hidden: true});
    const button = h('button.btn.btn-primary', {type: 'submit'}, t('integrations.connect'));
    const form = h('form.panel.narrow', {novalidate: true, onsubmit: async event => {
        event.preventDefault();
        problem.hidden = true;
        try {
            const account = await busy(button, connect(whose, {provider, ...values(form)}));
            toast(t('integrations.authorised', {login: account.login}));
            navigate(`integrations/${account.id}${whose ? `?user=${encodeURIComponent(whose)}` : ''}`);
        } catch (error) {
            if (showErrors(form, error)) return;
            problem.hidden = false;
            fill(problem, explain(error));
            form.elements.password.focus();
        }
    }},
        problem,
        provider === 'dav' && input('address', {label: t('integrations.address'), help: t('integrations.address.help'),
            type: 'url', inputmode: 'url', placeholder: 'https://', value: query.address ?? ''}),
        input('login', {label: t(`integrations.login.${provider}`), value: query.login ?? '', autocapitalize: 'none',
            spellcheck: 'false', autocomplete: 'off'}),
        input('password', {label: t('integrations.password'), help: t(`integrations.password.${provider}`),
            type: 'password', autocomplete: 'new-password'}),
        h('div.d-flex.gap-2.justify-content-end',
            h('a.btn.btn-outline-secondary', {href: '#/integrations'}, t('cancel')), button));
    return form;
}
