// Deals: as a board by stage or as a list, one of them, a new one.
import {api} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {badge, pageHead} from '../../lib/ui.js';
import {lines, recordList} from '../records/list.js';
import {recordPage} from '../records/record.js';
import {companyName, stageKind} from '../records/related.js';
import {dealValue, stageText} from '../records/values.js';
import {board} from './board.js';
import {dealForm, dealPatch} from './form.js';

const names = {};  // of companies and people that the form shows, by id

const kind = {
    kind: 'deal', path: '/deals', base: 'deals',
    title: deal => deal.title,
    tools: page => badge(stageText(page.record.stage), stageKind(page.record.stage)),
    form: (deal, context) => dealForm({...deal, companyName: names[deal.company], people: (deal.contacts ?? []).map(id =>
        ({id, displayName: names[id] ?? t('deals.somebody')}))}, context),
    patch: dealPatch,
    blank: context => ({company: context.query.company, contacts: context.query.contact ? [context.query.contact] : []}),
};

/** A deal names its company and people by their ids. */
async function learnNames(context) {
    const [id] = context.params, {signal} = context;
    const wanted = id === 'new' ? {company: context.query.company, people: context.query.contact ? [api.get(`/contacts/${context.query.contact}`)] : []}
                                : {company: (await api.get(`/deals/${id}`, {}, {signal})).company, people: [api.all('/contacts', {deal: id, limit: 500}, {signal})]};
    const [company, people] = await Promise.all([
        wanted.company ? api.get(`/companies/${wanted.company}`, {}, {signal}).catch(() => null) : null, Promise.all(wanted.people)]);
    if (company) names[company.id] = company.name;
    for (const one of people.flat()) names[one.id] = one.displayName;
}

export async function render(context) {
    if (context.params.length) {
        await learnNames(context);
        return recordPage(context, kind);
    }
    const asList = context.query.view === 'list' || 'q' in context.query;
    const choice = (view, name, title) => h('a.btn.btn-outline-secondary', {href: `#/deals${view}`, 'aria-current': asList === (view !== '') ? 'page' : null,
        class: asList === (view !== '') ? 'active' : ''}, icon(name), title);
    const head = pageHead(t('nav.deals'), h('div.btn-group', {role: 'group', 'aria-label': t('deals.view')},
        choice('', 'kanban', t('deals.asBoard')), choice('?view=list', 'list', t('deals.asList'))),
        h('a.btn.btn-primary', {href: '#/deals/new'}, icon('plus-lg'), t('deals.new')));
    if (!asList) return h('div', head, await board(context));
    const list = recordList(context, {path: '/deals', base: 'deals', search: t('deals.search'),
        row: deal => [lines(deal.title, companyName(deal.company, context.signal)),
            h('span.record-reach.stays', h('span', dealValue(deal)), h('span', badge(stageText(deal.stage), stageKind(deal.stage))))],
        none: {icon: 'briefcase', title: t('deals.none'), action: h('a.btn.btn-primary', {href: '#/deals/new'}, t('deals.new'))}});
    return h('div', head, list.element);
}
