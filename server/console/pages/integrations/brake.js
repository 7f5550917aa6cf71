// The brake: a run that would delete more than usual waits here for a yes (rule G6).
import {h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {said} from '../../lib/said.js';
import {confirm, pageHead, toast, toastError, busy} from '../../lib/ui.js';
import {accountApi} from './account_api.js';
import {makePreview} from './preview.js';
import {kindName, providerName} from './words.js';

export async function render(context) {
    const [id, kind] = context.params;
    const page = accountApi(context, id);
    const account = await page.account();
    const side = account[kind], waits = side.status === 'paused';
    const list = h('div.panel');
    makePreview(page, kind, list, {account, params: {deletes: true}, look: {fixed: {deletes: true}, withCounts: false}});
    return h('section',
        h('a.back', {href: page.page()}, icon('chevron-left'), `${providerName(account.provider)} ${account.login}`),
        pageHead(t('integrations.brake.title', {kind: kindName(kind)}),
            h('a.btn.btn-outline-secondary', {href: page.page()}, t('cancel')),
            waits && h('button.btn.btn-danger', {type: 'button', onclick: event => allow(page, kind, event.currentTarget)},
                t('integrations.brake.confirm'))),
        waits ? h('div.alert.alert-warning', side.cause && h('div', said(side.cause)), h('div', t('integrations.brake.text')))
              : h('div.alert.alert-info', t('integrations.brake.over')),
        list);
}

async function allow(page, kind, button) {
    const yes = await confirm({title: t('integrations.brake.sure'), text: t('integrations.brake.sureText'),
        action: t('integrations.brake.confirm')});
    if (!yes) return;
    try {
        await busy(button, page.post('/confirm', {kind}));
        toast(t('integrations.brake.done'));
        location.hash = page.page();
    } catch (error) {
        toastError(error);
    }
}
