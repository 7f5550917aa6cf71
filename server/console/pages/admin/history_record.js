// Finds a record by words, for its history.
import {api} from '../../lib/api.js';
import {debounced, fill, h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dialog, explain} from '../../lib/ui.js';
import {input} from '../../lib/form.js';
import {word} from './parts.js';

const kinds = {contact: ['/contacts', 'displayName'], company: ['/companies', 'name'], deal: ['/deals', 'title'],
               activity: ['/activities', 'subject']};

/** @param chosen  called with the id */
export function findRecord(signal, chosen) {
    const found = h('div', {'aria-live': 'polite'});
    let last = '';
    const look = debounced(async text => {
        last = text;
        if (text.length < 2) return fill(found);
        try {
            const all = await Promise.all(Object.entries(kinds).map(async ([kind, [path, name]]) =>
                (await api.list(path, {q: text, limit: 6}, {signal})).items.map(one => ({kind, id: one.id, name: one[name]}))));
            if (text === last) fill(found, results(all.flat(), id => { close(); chosen(id); }));
        } catch (error) {
            if (error.name !== 'AbortError') fill(found, h('p.text-danger', {role: 'alert'}, explain(error)));
        }
    }, 250, signal);
    const {element, close} = dialog({
        title: t('admin.history.find'), cancel: t('close'),
        body: [input('q', {label: t('admin.history.words'), type: 'search',
                   oninput: event => look(event.target.value.trim())}), found],
    });
    element.querySelector('[name=q]').focus();
}

function results(records, chosen) {
    if (!records.length) return h('p.text-secondary', t('admin.history.nobody'));
    return h('div.list-group', records.map(one => h('button.list-group-item.list-group-item-action.wrap-anywhere',
        {type: 'button', onclick: () => chosen(one.id)}, one.name || t('admin.untitled'),
        h('span.text-secondary', ' · ', word('kind', one.kind)))));
}
