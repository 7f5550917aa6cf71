// The list of accounts: one's own; for admins, everybody's.
import {api} from '../../lib/api.js';
import {h, icon, whenReleased} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {on} from '../../lib/live.js';
import {said} from '../../lib/said.js';
import {empty, pageHead, show} from '../../lib/ui.js';
import {accountApi, kinds, listAccounts} from './account_api.js';
import {checkMark, isWell, kindName, providerName, providerPicture, statusBadge, times} from './words.js';
import {progressBar} from './progress.js';

export async function render(context) {
    const {user, query, signal} = context;
    const admin = user.role === 'admin';
    const whose = admin ? query.user ?? '*' : '';
    const place = h('div.account-list');
    const load = () => show(place, async () => cards(context, await listAccounts(whose, signal)));
    on('account', account => {
        if (whose && whose !== '*' && account.user !== whose) return;
        const old = () => place.querySelector(`[data-account="${CSS.escape(account.id)}"]`);
        if (old()) whenReleased(old(), () => old() && keepingFocus(old(), card(context, account)));
        else load();
    }, signal);
    on('again', () => listAccounts(whose, signal).then(found => {
        for (const account of found) {
            const old = place.querySelector(`[data-account="${CSS.escape(account.id)}"]`);
            if (old) keepingFocus(old, card(context, account));
        }
    }, () => {}), signal);
    load();
    return h('section',
        pageHead(t('integrations.title'), admin && await userFilter(context, query.user ?? '*'),
            h('a.btn.btn-primary', {href: addressOfNew(context, whose)}, icon('plus-lg'), h('span', t('integrations.add')))),
        h('p.text-secondary', t('integrations.intro')), place);
}

const addressOfNew = ({user}, whose) =>
    `#/integrations/new${whose && whose !== '*' && whose !== user.login ? `?user=${encodeURIComponent(whose)}` : ''}`;

/** A card that is drawn anew shall not take the focus away. */
function keepingFocus(old, card) {
    const links = [...old.querySelectorAll('a')], at = links.indexOf(document.activeElement);
    old.replaceWith(card);
    if (at >= 0) card.querySelectorAll('a')[at]?.focus();
}

async function userFilter({navigate, signal, user}, chosen) {
    const {items} = await api.list('/users', {}, {signal});
    const people = items.filter(one => !one.kind || one.kind === 'person');
    const filter = h('select.form-select.w-auto', {'aria-label': t('integrations.filterUser'), onchange: event =>
        navigate(event.target.value === '*' ? 'integrations' : `integrations?user=${encodeURIComponent(event.target.value)}`)},
        h('option', {value: '*'}, t('integrations.everybody')),
        people.map(one => h('option', {value: one.login}, one.login === user.login ? t('integrations.mine') : one.name || one.login)));
    filter.value = chosen;
    return filter;
}

/** One that was disconnected before anything was synced is gone for people. */
const isThere = account => account.connected || kinds.some(kind => account[kind].status !== 'none');

function cards(context, all) {
    const accounts = all.filter(isThere);
    if (accounts.length) return accounts.map(account => card(context, account));
    return empty({icon: 'arrow-repeat', title: t('integrations.none'), text: t('integrations.noneText'),
        action: h('a.btn.btn-primary', {href: addressOfNew(context, context.query.user)}, t('integrations.add'))});
}

function card(context, account) {
    const own = account.user === context.user.login;
    const page = accountApi({...context, query: {user: account.user}}, account.id);
    return h('article.panel.account-card', {dataset: {account: account.id}},
        h('header.account-head', providerPicture(account.provider),
            h('div.flex-grow-1.min-w-0',
                h('h2.h6.mb-0', h('a.stretched-link', {href: page.page()}, providerName(account.provider))),
                h('div.text-secondary.text-truncate', account.login, own ? '' : ` · ${t('integrations.of', {user: account.user})}`)),
            isWell(account) ? checkMark() : !account.connected && h('span.text-secondary', t('integrations.disconnected'))),
        h('div.account-sides', kinds.map(kind => {
            const side = account[kind];
            return h('div', h('div.d-flex.gap-2.align-items-center.flex-wrap',
                h('span.fw-semibold', kindName(kind)), statusBadge(side)),
                side.run && side.run.mode !== 'preview' ? progressBar(side.run) : times(side),
                side.cause && h('p.cause.mb-0', said(side.cause)));
        })));
}
