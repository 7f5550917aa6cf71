// Other records of a record: people of a company, deals of either.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {badge, empty} from '../../lib/ui.js';
import {avatar, lines} from './list.js';
import {dealValue, stageText} from './values.js';

export async function dealsTab(page, filter) {
    const {record, context} = page;
    const all = await api.all('/deals', {[filter]: record.id, limit: 500}, {signal: context.signal}, 500);
    const make = h('a.btn.btn-sm.btn-outline-primary', {href: `#/deals/new?${new URLSearchParams({[filter]: record.id})}`}, t('deals.new'));
    if (all.length === 0) return empty({icon: 'briefcase', title: t('deals.noneHere'), action: make});
    return [h('ul.record-list', all.reverse().map(deal => h('li', h('a.record-row', {href: `#/deals/${deal.id}`},
        lines(deal.title, dealValue(deal)), badge(stageText(deal.stage), stageKind(deal.stage)))))), make];
}

export async function peopleTab(page) {
    const {record, context} = page;
    const all = await api.all('/contacts', {company: record.id, limit: 500}, {signal: context.signal}, 2000);
    const make = h('a.btn.btn-sm.btn-outline-primary',
        {href: `#/contacts/new?${new URLSearchParams({company: record.id, name: record.name})}`}, t('contacts.new'));
    if (all.length === 0) return empty({icon: 'people', title: t('companies.nobody'), action: make});
    all.sort((a, b) => a.displayName.localeCompare(b.displayName));
    return [h('ul.record-list', all.map(one => h('li', h('a.record-row', {href: `#/contacts/${one.id}`},
        avatar(one), lines(one.displayName, one.jobTitle), h('span.record-reach', h('span.text-truncate', one.emails[0]?.value)))))), make];
}

export const stageKind = stage => ({won: 'success', lost: 'secondary'})[stage] ?? 'primary';

// ---------------------------------------------------------------- names of records that are known by id alone

const known = new Map();
const nameOf = record => record.displayName ?? record.name ?? record.title;
/** The name, once it is known; asked for when somebody sees the place where it stands. @param gone  where it isn't there */
export function recordName(path, id, signal, gone = '') {
    const place = h('span.company-name');
    if (!id) return place;
    const address = `${path}/${id}`;
    const fillIn = async () => {
        if (!known.has(address)) known.set(address, api.get(address).then(nameOf, () => { known.delete(address); return gone; }));
        place.textContent = await known.get(address);
    };
    const seen = new IntersectionObserver(entries => {
        if (!entries.some(one => one.isIntersecting)) return;
        seen.disconnect();
        fillIn();
    });
    seen.observe(place);
    signal.addEventListener('abort', () => { seen.disconnect(); known.clear(); });
    return place;
}
export const companyName = (id, signal) => recordName('/companies', id, signal);

/** Login → name of everybody who may be named. */
export const colleagueNames = async signal =>
    new Map((await api.list('/colleagues', {}, {signal})).items.map(one => [one.login, one.name || one.login]));
