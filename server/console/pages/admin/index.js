// What only admins do. Each section is a module of this folder, with render() as a page has it.
import {h} from '../../lib/dom.js';
import {ApiError} from '../../lib/api.js';
import {t} from '../../lib/i18n.js';

const sections = {
    users: () => import('./users.js'),
    teams: () => import('./teams.js'),
    organisation: () => import('./organisation.js'),
    types: () => import('./types.js'),
    providers: () => import('./providers.js'),
    accounts: () => import('./accounts.js'),
    health: () => import('./health.js'),
    history: () => import('./history.js'),
    trash: () => import('./trash.js'),
    erase: () => import('./erase.js'),
};

let styled;
/** The sections' own style; waited for, so that nothing jumps. */
function style() {
    styled ??= new Promise(resolve => {
        const href = new URL('admin.css', import.meta.url).pathname;
        document.head.append(h('link', {rel: 'stylesheet', href, onload: resolve, onerror: resolve}));
    });
    return styled;
}

function tabs(current) {
    return h('nav.admin-tabs', {'aria-label': t('nav.admin')}, Object.keys(sections).map(name =>
        h('a', {href: `#/admin/${name}`, 'aria-current': name === current ? 'page' : null}, t(`admin.${name}`))));
}

export async function render(context) {
    const [name = 'users', ...params] = context.params;
    if (!Object.hasOwn(sections, name)) throw new ApiError(404, t('nav.nowhere'));
    const [section] = await Promise.all([sections[name](), style()]);
    const bar = tabs(name);
    const page = h('div', bar, await section.render({...context, params}));
    // On a phone the bar is wider than the page: the one that one is on has to be seen.
    requestAnimationFrame(() => bar.querySelector('[aria-current]')?.scrollIntoView({block: 'nearest', inline: 'center'}));
    return page;
}
