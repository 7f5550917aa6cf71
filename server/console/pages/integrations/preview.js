// Preview: exactly what a run would do now; nothing is written (rule G5).
import {h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {busy, loading, pageHead, show, toast, toastError} from '../../lib/ui.js';
import {accountApi} from './account_api.js';
import {decisionList} from './decisions.js';
import {enableContacts} from './set_up.js';
import {isRunning, kindName, providerName} from './words.js';

export async function render(context) {
    const [id, kind] = context.params;
    const page = accountApi(context, id);
    const account = await page.account();
    const running = isRunning(account[kind]);
    const place = h('div.panel');
    show(place, async () => decisionList(page, kind, await page.preview(kind)));  // it may take a while: the page is there
    return h('section',
        h('a.back', {href: page.page()}, icon('chevron-left'), `${providerName(account.provider)} ${account.login}`),
        pageHead(t('integrations.preview.of', {kind: kindName(kind)}),
            h('a.btn.btn-outline-secondary', {href: page.page(`${kind}/settings`)}, t('integrations.changeSettings')),
            !running && h('a.btn.btn-outline-secondary', {href: '#/integrations'}, t('cancel')),
            h('button.btn.btn-primary', {type: 'button', onclick: event => start(page, kind, account, running, event.currentTarget)},
                running ? t('integrations.sync') : t('integrations.start'))),
        h('p.text-secondary', t('integrations.preview.intro')), place);
}

async function start(page, kind, account, running, button) {
    try {
        if (!running && kind === 'contacts' && !await enableContacts(account)) return;
        await busy(button, page.post(running ? '/sync' : '/start', {kind}));
        if (!running) toast(t('integrations.started'));
        location.hash = page.page();
    } catch (error) {
        toastError(error);
    }
}
