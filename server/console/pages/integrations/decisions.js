// What a run would do, as a list: counts that filter it, words to look for, pages.
import {debounced, fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {number} from '../../lib/format.js';
import {api} from '../../lib/api.js';
import {empty, explain, failed, loading, busy, toastError} from '../../lib/ui.js';
import {actionName, ruleMark, whyOf} from './words.js';
import {fieldTable} from './field_table.js';

/** How an action looks: what comes, what changes, what goes, what stays. */
export const actionLook = action => /delete|remove/.test(action) ? 'trash' : /create|restore/.test(action) ? 'plus-lg'
    : /skip|hold|leave|unlink|suppress|forget/.test(action) ? 'x-lg' : 'arrow-repeat';

/**
 * @param preview  {counts, items, next} of POST …/preview
 * @param fixed    parameters of every page, such as {deletes: true}
 */
export function decisionList(page, kind, preview, {fixed = {}, withCounts = true} = {}) {
    const wanted = {action: '', text: ''};
    const list = h('div.decision-list', {'aria-live': 'polite'});
    const look = async () => {
        fill(list, loading());
        try {
            draw(await page.previewed(kind, {...wanted, ...fixed}));
        } catch (error) {
            if (error.name !== 'AbortError') fill(list, failed(error, look));
        }
    };
    const draw = found => fill(list, found.items.length ? rows(found) : empty({icon: 'check-lg',
        title: t(wanted.text || wanted.action ? 'integrations.preview.nothingFound' : 'integrations.preview.nothing')}));
    const rows = found => {
        const table = h('ul.list-unstyled.mb-0', found.items.map(row));
        const more = found.next && h('button.btn.btn-outline-secondary.mt-3', {type: 'button', onclick: async event => {
            try {
                const next = await busy(event.currentTarget, api.next(found, {signal: page.signal}));
                table.append(...next.items.map(row));
                found = next;
                if (!next.next) more.remove();
            } catch (error) {
                toastError(error);
            }
        }}, t('more'));
        return [table, more];
    };
    draw(preview);
    return [withCounts && counts(preview.counts, action => { wanted.action = action; look(); }),
        searchField(text => { wanted.text = text; look(); }, page.signal), list];
}

function searchField(changed, signal) {
    const soon = debounced(changed, 250, signal);
    return h('div.search-field', icon('search'), h('input.form-control', {type: 'search', 'aria-label': t('integrations.preview.search'),
        placeholder: t('integrations.preview.search'), oninput: event => soon(event.target.value.trim())}));
}

/** One button for each kind of action; one is pressed. */
function counts(all, chosen) {
    const entries = Object.entries(all).filter(([action, count]) => count > 0 && action !== 'nothing');
    const sum = entries.reduce((total, [, count]) => total + count, 0);
    const buttons = [['', sum], ...entries].map(([action, count]) =>
        h('button.count-chip', {type: 'button', 'aria-pressed': String(action === ''), onclick: event => {
            for (const other of buttons) other.setAttribute('aria-pressed', String(other === event.currentTarget));
            chosen(action);
        }}, action && icon(actionLook(action)), h('strong', number(count)), h('span', action ? actionName(action) : t('integrations.preview.all'))));
    return h('div.count-chips', {role: 'group', 'aria-label': t('integrations.preview.filter')}, buttons);
}

function row(decision) {
    return h('li.decision', icon(actionLook(decision.action)),
        h('div.flex-grow-1.min-w-0',
            h('div.fw-semibold.wrap-anywhere', decision.title || t('integrations.untitled')),
            h('div.text-secondary', actionName(decision.action), decision.rule && ruleMark(decision.rule)),
            h('div.wrap-anywhere.small', whyOf(decision)),
            decision.fields?.length > 0 && h('details', h('summary', t('integrations.fields', {n: decision.fields.length})),
                fieldTable(decision.fields, true))));
}
