// How this page speaks of accounts: names, pictures, what a status means and what to do about it.
import {h, icon} from '../../lib/dom.js';
import {t, hasText} from '../../lib/i18n.js';
import {dateTime, relative} from '../../lib/format.js';
import {said} from '../../lib/said.js';
import {badge} from '../../lib/ui.js';

export const providerName = provider => t(`integrations.provider.${provider}`);
export const kindName = kind => t(`integrations.${kind}`);

/** The provider's initial in a field: their logos are theirs. */
export const providerPicture = provider =>
    h(`span.provider-picture.provider-${provider}`, {'aria-hidden': 'true'}, providerName(provider).slice(0, 1));

const look = {active: 'success', syncing: 'primary', authorised: 'success', paused: 'warning', reconnect: 'danger',
              failing: 'warning', limit: 'danger', stopped: 'secondary', none: 'secondary'};

export function statusBadge(side) {
    const text = side.status === 'failing' && side.nextTry
        ? t('integrations.status.failingUntil', {when: relative(side.nextTry)}) : t(`integrations.status.${side.status}`);
    return badge(text, look[side.status] ?? 'secondary');
}

/** Is it connected, and does nothing speak against it? Then it has its green check mark. */
export const isWell = account => account.connected &&
    ![account.calendar, account.contacts].some(side => ['reconnect', 'limit', 'paused', 'failing'].includes(side.status));

export const checkMark = () =>
    h('span.check-mark', {title: t('integrations.connected')}, icon('check-circle-fill'),
      h('span.visually-hidden', t('integrations.connected')));

export const isRunning = side => ['active', 'syncing', 'failing', 'paused', 'limit'].includes(side.status);

/** When it last synced and when it does next, in a line. */
export function times(side) {
    const last = side.lastSuccess
        ? h('time', {datetime: side.lastSuccess, title: dateTime(side.lastSuccess)},
            t('integrations.lastSync', {when: relative(side.lastSuccess)}))
        : isRunning(side) ? t('integrations.neverSynced') : '';
    const next = isRunning(side) && side.status !== 'syncing' && side.nextTry
        ? h('time', {datetime: side.nextTry, title: dateTime(side.nextTry)},
            new Date(side.nextTry) > Date.now() ? t('integrations.nextTry', {when: relative(side.nextTry)})
                                                : t('integrations.nextTryNow')) : '';
    return h('p.times.mb-0', last, last && next ? ' · ' : '', next);
}

/** What somebody can do about a status that isn't well; empty: nothing is to be done. */
export const advice = side =>
    hasText(`integrations.advice.${side.status}`) ? t(`integrations.advice.${side.status}`) : '';

/** "create in CRM, update at provider" in the reader's words. */
export const actionName = action => action.split(', ')
    .map(part => hasText(`integrations.action.${part}`) ? t(`integrations.action.${part}`) : part).join(', ');

/** The number of the rule that decided; what it says, for who points at it. */
export const ruleMark = rule => h('span.rule', {title: hasText(`integrations.rule.${rule}`) ? t(`integrations.rule.${rule}`) : null}, rule);

/** Why it is done: the reason of this record, else what its rule says. */
export const whyOf = ({reason, rule}) =>
    said(reason) || (hasText(`integrations.rule.${rule}`) ? t(`integrations.rule.${rule}`) : '');

/** A field of a record, by the name that the journal has for it: "subject", "subject → CRM". */
export function fieldName(field) {
    const [name, side] = field.split(' → ');
    const word = hasText(`integrations.field.${name}`) ? t(`integrations.field.${name}`) : name;
    return side ? `${word} (${t(side === 'CRM' ? 'integrations.to.crm' : 'integrations.to.provider')})` : word;
}
