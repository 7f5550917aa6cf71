// One account: its two syncs, each by itself (rule A2), and what can be done with the login.
import {fill, h, icon, whenReleased} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {on} from '../../lib/live.js';
import {said} from '../../lib/said.js';
import {busy, confirm, dialog, pageHead, toast, toastError} from '../../lib/ui.js';
import {accountApi, bySignInPage, kinds, signInAt} from './account_api.js';
import {checkMark, isRunning, isWell, providerName, providerPicture} from './words.js';
import {sidePanel} from './side.js';

export async function render(context) {
    const {params, signal, user} = context;
    const page = accountApi(context, params[0]);
    const place = h('div');
    let shown = null;
    const draw = account => {
        const focused = place.contains(document.activeElement) ? document.activeElement?.dataset.do : null;
        shown = account;
        fill(place, head(context, page, account, draw), kinds.map(kind => sidePanel(context, page, account, kind, draw)));
        if (focused) place.querySelector(`[data-do="${CSS.escape(focused)}"]`)?.focus();
    };
    draw(await page.account());
    replaceOld(context, shown);
    on('again', () => page.account().then(now => {
        if (JSON.stringify(now) !== JSON.stringify(shown)) draw(now);
    }, () => {}), signal);  // what it was is still there
    on('account', account => { if (account.id === shown.id) whenReleased(place, () => draw(account)); }, signal);
    return h('section', h('a.back', {href: backTo(context)}, icon('chevron-left'), t('integrations.title')), place,
        user.login !== shown.user && h('p.text-secondary.mt-3', t('integrations.privateHidden')));
}

const backTo = ({query}) => `#/integrations${query.user ? `?user=${encodeURIComponent(query.user)}` : ''}`;

function head(context, page, account, draw) {
    const connected = account.connected;
    return h('div',
        pageHead(h('span.d-inline-flex.gap-2.align-items-center', providerPicture(account.provider),
                providerName(account.provider), isWell(account) && checkMark()),
            h('a.btn.btn-outline-secondary', {href: page.page('journal'), dataset: {do: 'journal'}},
                icon('clock-history'), h('span', t('integrations.journal'))),
            connected && !kinds.some(kind => isRunning(account[kind])) &&
                h('button.btn.btn-outline-secondary', {type: 'button', dataset: {do: 'change'},
                    onclick: event => {
                        sessionStorage.setItem(replacing, account.id);
                        signInAgain(context, account, event.currentTarget);
                    }}, t('integrations.changeAccount')),
            connected && h('button.btn.btn-outline-secondary', {type: 'button', dataset: {do: 'disconnect'},
                onclick: () => disconnect(context, page, account)}, t('integrations.disconnect'))),
        h('p.text-secondary.wrap-anywhere', account.login, account.address ? ` – ${account.address}` : '',
            account.user === context.user.login ? '' : ` · ${t('integrations.of', {user: account.user})}`),
        (!connected || kinds.some(kind => account[kind].status === 'reconnect')) && reconnectBox(context, account));
}

/** Without a grant nothing goes on: the one thing to do. */
function reconnectBox(context, account) {
    const cause = kinds.map(kind => account[kind].cause).find(Boolean);
    return h('div.alert.alert-danger.d-flex.flex-wrap.gap-3.align-items-center', {role: 'alert'},
        h('div.flex-grow-1', h('strong', t('integrations.reconnectNeeded')), cause && h('div', said(cause)),
            h('div', t('integrations.advice.reconnect'))),
        h('button.btn.btn-primary', {type: 'button', dataset: {do: 'reconnect'},
            onclick: event => signInAgain(context, account, event.currentTarget)}, t('integrations.reconnect')));
}

/** Change Account (A4): another login was signed in to in place of one that wasn't started. */
const replacing = 'integrations.replaces';
async function replaceOld(context, account) {
    const old = sessionStorage.getItem(replacing);
    sessionStorage.removeItem(replacing);
    if (!old || old === account.id || !account.connected) return;
    try {
        await accountApi(context, old).disconnect();
        toast(t('integrations.replaced', {login: account.login}));
    } catch {
        // It is gone, or somebody else's by now: then it stays in the list.
    }
}

/** By the same way as the first time; the same login goes on where it stopped (A9), another one becomes an account. */
async function signInAgain({navigate, user}, account, button) {
    const whose = account.user === user.login ? '' : account.user;
    if (!bySignInPage(account.provider)) {
        const query = new URLSearchParams({login: account.login, address: account.address ?? '', ...(whose && {user: whose})});
        return navigate(`integrations/new/${account.provider}?${query}`);
    }
    try {
        await busy(button, signInAt(account.provider, whose));
    } catch (error) {
        toastError(error);
    }
}

async function disconnect(context, page, account) {
    const yes = await confirm({title: t('integrations.disconnect.title', {login: account.login}), action: t('integrations.disconnect'),
        text: [t('integrations.disconnect.stays'), t('integrations.disconnect.again')]});
    if (!yes) return;
    try {
        const {note} = await page.disconnect();
        await dialog({title: t('integrations.disconnected'), cancel: '', body: h('p.mb-0.wrap-anywhere', linked(said(note))),
            actions: [{label: t('close'), run: () => true}]}).closed;
        context.navigate('integrations');
    } catch (error) {
        toastError(error);
    }
}

/** Addresses in the server's words as links. */
function linked(text) {
    return text.split(/(https:\/\/[\w./-]*\w)/).map(part =>
        part.startsWith('https://') ? h('a', {href: part, target: '_blank', rel: 'noopener noreferrer'}, part) : part);
}
