// Deals by stage: columns of cards. One drags a card, or chooses its stage in it.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {money, number} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {toast, toastError} from '../../lib/ui.js';
import {companyName} from '../records/related.js';
import {dealValue, stages, stageText} from '../records/values.js';

const most = 2000;  // cards of a board

export async function board(context) {
    const deals = await api.all('/deals', {order: 'newest', limit: 500}, {signal: context.signal}, most);
    const all = [...stages, ...new Set(deals.map(deal => deal.stage).filter(stage => !stages.includes(stage)))];
    const columns = new Map(all.map(stage => [stage, column(stage, (deal, to) => move(deal, to))]));
    const place = (deal, top = true) => columns.get(deal.stage).add(card(deal, all, context, move), deal, top);
    for (const deal of deals) place(deal, false);
    for (const one of columns.values()) one.count();

    async function move(deal, stage, {undo = true} = {}) {
        if (deal.stage === stage) return;
        const before = deal.stage;
        const old = columns.get(before).take(deal);
        deal.stage = stage;
        const made = place(deal);
        if (old.contains(document.activeElement) || old.hadFocus) made.querySelector('select').focus();
        try {
            // One after the other: each is based on what the one before made.
            const saving = (deal.saving ?? Promise.resolve()).catch(() => {}).then(() =>
                api.patch(`/deals/${deal.id}`, {stage}, {etag: deal.etag, signal: context.signal}));
            deal.saving = saving;
            const saved = await saving;
            deal.etag = saved.etag;
            if (deal.saving !== saving) return;  // it moved on meanwhile
            if (undo) toast(t('deals.moved', {name: deal.title, stage: stageText(stage)}), {undo: () => move(deal, before, {undo: false})});
        } catch (error) {
            if (error.name === 'AbortError') return;
            columns.get(deal.stage).take(deal);
            if (error.status === 412) Object.assign(deal, await api.get(`/deals/${deal.id}`).catch(() => ({stage: before})));
            else deal.stage = before;
            if (columns.has(deal.stage)) place(deal);
            toastError(error);
        }
    }
    return h('div.board', {role: 'list', 'aria-label': t('deals.board')}, [...columns.values()].map(one => one.element));
}

let dragged = null;

function column(stage, dropped) {
    const cards = h('ul.board-cards');
    const head = h('span.text-secondary.small');
    const inside = new Map();
    const element = h('section.board-column', {role: 'listitem', 'aria-label': stageText(stage),
        ondragover: event => { if (dragged) { event.preventDefault(); element.classList.add('is-over'); } },
        ondragleave: () => element.classList.remove('is-over'),
        ondrop: event => {
            event.preventDefault();
            element.classList.remove('is-over');
            if (dragged) dropped(dragged, stage);
        }}, h('header.board-head', h('h2.h6.mb-0', stageText(stage)), head), cards);
    const count = () => {
        const sums = new Map();
        for (const deal of inside.keys()) sums.set(deal.currency, (sums.get(deal.currency) ?? 0) + deal.valueCents);
        head.textContent = [number(inside.size), ...[...sums].map(([currency, sum]) => money(sum, currency))].join(' · ');
    };
    return {element, count,
        /** @param top  it was changed last, so it comes first */
        add(made, deal, top) {
            inside.set(deal, made);
            if (top) cards.prepend(made);
            else cards.append(made);
            count();
            return made;
        },
        take(deal) {
            const made = inside.get(deal);
            made.hadFocus = made.contains(document.activeElement);
            inside.delete(deal);
            made.remove();
            count();
            return made;
        }};
}

function card(deal, all, context, move) {
    return h('li.board-card', {draggable: 'true', ondragstart: event => {
        dragged = deal;
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', deal.id);
    }, ondragend: () => { dragged = null; }},
        h('a.title-link.wrap-anywhere', {href: `#/deals/${deal.id}`, draggable: 'false'}, deal.title),
        h('span', dealValue(deal)), h('span.small.text-secondary', companyName(deal.company, context.signal)),
        h('select.form-select.form-select-sm', {'aria-label': t('deals.stageOf', {name: deal.title}),
            onchange: event => move(deal, event.target.value)},
          all.map(stage => h('option', {value: stage, selected: stage === deal.stage}, stageText(stage)))));
}
