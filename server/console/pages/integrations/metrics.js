// Sync Metrics: added, updated and deleted today, each with where it came from and went to (rules G1–G3).
import {fill, h, newId} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {number} from '../../lib/format.js';

const kept = new Map();

/** Drawn at once with what was known last, then with what is true now. */
export function metricsOf(page, kind, side, signal) {
    const place = h('div.metrics', {role: 'group', 'aria-label': t('integrations.metrics')});
    const key = `${page.id}/${kind}`;
    if (kept.has(key)) fill(place, tiles(kept.get(key)));
    page.metrics(kind).then(metrics => {
        if (signal.aborted || same(metrics, kept.get(key)) && place.childElementCount) return;
        kept.set(key, metrics);
        fill(place, tiles(metrics));
    }, () => {});  // the status says what is wrong
    return place;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

const tiles = m => [
    tile('added', m.added, [['toCrm', m.addedToCrm], ['toProvider', m.addedToProvider]]),
    tile('updated', m.updated, [['inCrm', m.updatedInCrm], ['atProvider', m.updatedAtProvider]]),
    tile('deleted', m.deleted, [['source', m.deleted, {source: m.source}], ['removedAtProvider', m.removedAtProvider]]),
];

/** A button, so that it can be reached by keyboard and tapped: hover, focus and tap show the breakdown. */
function tile(name, count, rows) {
    const id = newId('metric');
    const details = h('div.metric-details', {id, role: 'tooltip'}, rows.map(([row, value, params]) =>
        h('div', h('span', t(`integrations.metric.${row}`, params)), h('strong', number(value)))));
    const button = h('button.metric', {type: 'button', 'aria-describedby': id, 'aria-expanded': 'false', onclick: event => {
        const open = event.currentTarget.getAttribute('aria-expanded') !== 'true';
        event.currentTarget.setAttribute('aria-expanded', String(open));
    }, onblur: event => event.currentTarget.setAttribute('aria-expanded', 'false'),
       onkeydown: event => { if (event.key === 'Escape') event.currentTarget.blur(); }},
        h('strong.metric-count', number(count)), h('span', t(`integrations.metric.${name}`)));
    return h('div.metric-place', button, details);
}
