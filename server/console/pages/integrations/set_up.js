// Sync settings: before the start with Start Syncing or Cancel (rules A4, A5), later as Change Settings (A7).
import {fill, h, icon} from '../../lib/dom.js';
import {showErrors} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {busy, confirm, explain, pageHead, toast} from '../../lib/ui.js';
import {accountApi} from './account_api.js';
import {calendarFields, calendarWish} from './calendar_settings.js';
import {contactFields, contactWish} from './contact_settings.js';
import {isRunning, kindName, providerName} from './words.js';

const of = {calendar: [calendarFields, calendarWish], contacts: [contactFields, contactWish]};

export async function render(context) {
    const [id, kind] = context.params;
    const page = accountApi(context, id);
    const account = await page.account();
    const [fields, wish] = of[kind];
    const running = isRunning(account[kind]);
    const problem = h('div.alert.alert-danger', {role: 'alert', hidden: true});
    const form = h('form.settings', {novalidate: true}, problem, await fields(page, account));
    /** Runs `then` with the settings kept. */
    const saved = then => async event => {
        event.preventDefault();
        const button = event.submitter ?? event.currentTarget;
        problem.hidden = true;
        try {
            await busy(button, (async () => {
                await page.saveSettings(kind, wish(form));
                await then();
            })());
        } catch (error) {
            if (error.name === 'AbortError' || showErrors(form, error)) return;
            problem.hidden = false;
            fill(problem, explain(error));
            problem.scrollIntoView({block: 'center'});
        }
    };
    const go = path => { location.hash = path; };
    const start = async () => {
        if (kind === 'contacts' && !await enableContacts(account)) return;
        await page.post('/start', {kind});
        toast(t('integrations.started'));
        go(page.page());
    };
    const keep = async () => {
        toast(t('integrations.settingsSaved'));
        go(page.page());
    };
    form.addEventListener('submit', saved(running ? keep : start));
    form.append(h('footer.settings-foot',
        h('a.btn.btn-outline-secondary', {href: running ? page.page() : '#/integrations'}, t('cancel')),
        h('button.btn.btn-outline-primary', {type: 'button', onclick: saved(() => go(page.page(`${kind}/preview`)))},
            t('integrations.preview')),
        h('button.btn.btn-primary', {type: 'submit'}, running ? t('save') : t('integrations.start'))));
    return h('section',
        h('a.back', {href: page.page()}, icon('chevron-left'), `${providerName(account.provider)} ${account.login}`),
        pageHead(running ? t('integrations.settingsOf', {kind: kindName(kind)}) : kindName(kind)),
        h('p.text-secondary', running ? t('integrations.settingsLater') : t(`integrations.${kind}.intro`)),
        form);
}

/** Contacts ask once more (A5). */
export const enableContacts = account => confirm({title: t('integrations.enableContacts'), danger: false,
    action: t('integrations.enableContacts'),
    text: [t('integrations.enableContacts.text', {provider: providerName(account.provider)}), t('integrations.enableContacts.limit')]});
