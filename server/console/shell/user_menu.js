// Below the menu: who one is, language, look, and the way out.
import {api} from '../lib/api.js';
import {h, icon} from '../lib/dom.js';
import {chosenLanguage, languages, t} from '../lib/i18n.js';
import {toastError} from '../lib/ui.js';

export function userMenu({user}) {
    return h('div.user-menu',
        h('div.user-choices.mb-2', languageChoice(), themeChoice()),
        h('div.d-flex.align-items-center.gap-2',
            h('a.menu-entry.flex-grow-1', {href: '#/me'}, icon('person-circle'),
                h('span.text-truncate', user.name || user.login)),
            h('button.btn.btn-sm.btn-icon', {type: 'button', 'aria-label': t('signOut'), title: t('signOut'),
                onclick: signOut}, icon('box-arrow-right'))));
}

async function signOut() {
    try {
        await api.del('/session');
        dispatchEvent(new Event('signed-out'));
    } catch (error) {
        toastError(error);
    }
}

function languageChoice() {
    const control = h('select.form-select.form-select-sm', {'aria-label': t('language'), onchange: () => {
        localStorage.setItem('language', control.value);
        dispatchEvent(new Event('language'));
    }}, Object.entries(languages).map(([tag, name]) => h('option', {value: tag, lang: tag}, name)));
    control.value = chosenLanguage();
    return control;
}

function themeChoice() {
    const control = h('select.form-select.form-select-sm', {'aria-label': t('theme'), onchange: () => {
        localStorage.setItem('theme', control.value);
        dispatchEvent(new Event('theme'));
    }}, ['auto', 'light', 'dark'].map(name => h('option', {value: name}, t(`theme.${name}`))));
    control.value = localStorage.getItem('theme') ?? 'auto';
    return control;
}
