// Somebody else saved the record meanwhile (412): what they have, what one has, and which of both is to be.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dialog} from '../../lib/ui.js';
import {fieldText, fieldTitle} from './values.js';

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Fields in which the two differ, of those that `edited` has. */
export function changesOf(base, edited) {
    return Object.fromEntries(Object.entries(edited).filter(([name, value]) => !same(base[name] || null, value || null)));
}

/**
 * @param base     the record as it was when one began
 * @param changes  what one changed, by field
 * @param theirs   the record as it is now
 * @returns a promise of the changes that are to be made to `theirs`; undefined: none yet, one goes on editing
 */
export async function resolveConflict(base, changes, theirs) {
    const both = Object.keys(changes).filter(name => !same(base[name], theirs[name]) && !same(changes[name], theirs[name]));
    const onlyTheirs = Object.keys(theirs).filter(name => !(name in changes) && !same(base[name], theirs[name]) &&
                                                          !['etag', 'updated'].includes(name));
    const mine = Object.keys(changes).filter(name => !both.includes(name));
    const chosen = Object.fromEntries(both.map(name => [name, 'mine']));
    const body = h('div', {},
        h('p', t('conflict.text')),
        both.map(name => choice(name, changes[name], theirs[name], value => { chosen[name] = value; })),
        mine.length > 0 && h('p.mb-1', h('strong', t('conflict.onlyMine')), ' ', mine.map(fieldTitle).join(', ')),
        onlyTheirs.length > 0 && h('p.mb-1', h('strong', t('conflict.onlyTheirs')), ' ', onlyTheirs.map(fieldTitle).join(', ')));
    const {closed} = dialog({title: t('conflict.title'), body, wide: true, cancel: t('conflict.goOn'), actions: [
        {label: t('conflict.save'), run: () => Object.fromEntries(Object.entries(changes).filter(([name]) => chosen[name] !== 'theirs'))},
        {label: t('conflict.takeTheirs'), kind: 'outline-secondary', run: () => ({})},
    ]});
    return closed;
}

function choice(name, mine, theirs, choose) {
    const id = `conflict-${name}`;
    const one = (which, value, checked) => h('label.conflict-side', h('span.fw-semibold',
        h('input.form-check-input.me-2', {type: 'radio', name: id, value: which, checked, onchange: () => choose(which)}),
        t(`conflict.${which}`)), h('span.conflict-value.wrap-anywhere', fieldText(name, value) || t('conflict.nothing')));
    return h('fieldset.conflict', h('legend.form-label', fieldTitle(name)), one('mine', mine, true), one('theirs', theirs, false));
}
