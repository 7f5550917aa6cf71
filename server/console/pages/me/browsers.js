// The browsers in which one is signed in.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {relative} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {badge, toast, toastError} from '../../lib/ui.js';

const products = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']];
const systems = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS', 'Mac'],
                 ['Linux', 'Linux']];
const named = (table, agent) => table.find(([mark]) => agent.includes(mark))?.[1];

/** "Firefox, Windows"; what can't be told is shown as it is. */
export const browserName = agent => [named(products, agent), named(systems, agent)].filter(Boolean).join(', ') || agent || '–';

export function browsers(sessions, changed) {
    const end = async (path, done) => {
        try {
            await api.del(path);
            toast(done);
        } catch (error) {
            toastError(error);
        }
        changed();
    };
    const row = session => h('li.list-row',
        h('div.flex-grow-1', h('div', h('strong', browserName(session.agent)), ' ',
                               session.current && badge(t('me.browsers.this'), 'success')),
            h('div.small.text-secondary', t('me.browsers.used', {when: relative(session.lastUsed), address: session.address}))),
        !session.current && h('button.btn.btn-sm.btn-outline-secondary', {type: 'button',
            'aria-label': `${t('signOut')}: ${browserName(session.agent)}`,
            onclick: () => end(`/sessions/${session.id}`, t('me.browsers.ended'))}, t('signOut')));
    return [
        h('ul.list-plain', sessions.map(row)),
        sessions.length > 1 && h('button.btn.btn-outline-primary.mt-3', {type: 'button',
            onclick: () => end('/sessions', t('me.browsers.allEnded'))}, t('me.browsers.endAll')),
    ];
}
