// What stands around every page: the menu, the user's own menu, and the place where pages appear.
import {api, ApiError} from '../lib/api.js';
import {fill, h, icon} from '../lib/dom.js';
import {t} from '../lib/i18n.js';
import {navigate, resolve, routes} from '../lib/routes.js';
import {empty, failed, loading} from '../lib/ui.js';
import {logo} from './logo.js';
import {userMenu} from './user_menu.js';

/**
 * @param session  as /session answers
 * @returns {element, renew}  renew: with the session of an organisation that has changed
 */
export function shell(session) {
    const main = h('main.page', {id: 'page', tabindex: '-1'});
    const menu = h('nav.menu', {'aria-label': t('nav.label')}, entries(session.user));
    const drawer = h('div.drawer', {id: 'menu'}, brand(session), menu, userMenu(session));
    const name = h('span.fw-semibold', session.organisation.name);
    const toggle = h('button.btn.menu-toggle', {type: 'button', 'aria-label': t('nav.label'), 'aria-controls': 'menu',
        'aria-expanded': 'false', onclick: () => open(!drawer.classList.contains('is-open'))}, icon('list'));
    const open = wanted => {
        drawer.classList.toggle('is-open', wanted);
        toggle.setAttribute('aria-expanded', String(wanted));
        if (wanted) drawer.querySelector('a')?.focus();
    };
    const layout = h('div.layout',
        h('a.skip', {href: '#page', onclick: event => { event.preventDefault(); main.focus(); }}, t('nav.skip')),
        h('header.topbar', toggle, logo(24), name),
        drawer, h('div.shade', {onclick: () => open(false)}), main);
    layout.addEventListener('keydown', event => { if (event.key === 'Escape') open(false); });
    pages(main, menu, session, () => open(false));
    const renew = fresh => {
        Object.assign(session, fresh);
        drawer.firstChild.replaceWith(brand(session));
        fill(name, session.organisation.name);
    };
    return {element: layout, renew};
}

function brand(session) {
    const {organisation} = session;
    const picture = organisation.logo
        ? h('img.brand-logo', {src: api.address('/organisation/logo', {v: organisation.logo}), alt: ''})
        : logo(28);
    return h('div.brand', picture, h('span.brand-name', organisation.name));
}

const entries = user => routes.filter(route => route.nav && (!route.admins || user.role === 'admin'))
    .map(route => h('a.menu-entry', {href: `#/${route.path}`, dataset: {path: route.path}}, icon(route.icon),
        h('span', t(route.title))));

/** Renders the page that the address names, again and again. What the last one began ends with its signal. */
function pages(main, menu, session, entered) {
    let leaving = new AbortController();
    const gone = new AbortController();
    const go = async () => {
        if (!main.isConnected && main.dataset.shown) return gone.abort();
        main.dataset.shown = 'yes';
        leaving.abort();
        leaving = new AbortController();
        entered();
        await renderInto(main, menu, session, leaving.signal);
    };
    addEventListener('hashchange', go, {signal: gone.signal});
    addEventListener('signed-out', () => { leaving.abort(); gone.abort(); }, {signal: gone.signal});
    if (!location.hash) navigate('calendar', {replace: true});
    else queueMicrotask(go);
}

async function renderInto(main, menu, session, signal) {
    const at = resolve(location.hash);
    mark(menu, at?.route);
    if (!at || (at.route.admins && session.user.role !== 'admin'))
        return fill(main, empty({icon: 'signpost', title: t('nav.nowhere')}));
    document.title = `${t(at.route.title)} – ${session.organisation.name}`;
    // A page that is there at once shall not flash; one that was left must not cover the next.
    const slow = setTimeout(() => signal.aborted || fill(main, loading()), 150);
    try {
        const page = await load(at.route.page);
        const element = await page.render({...session, params: at.params, query: at.query, navigate, signal});
        if (signal.aborted) return;
        fill(main, element);
        focusHeading(main);
    } catch (error) {
        if (signal.aborted) return;
        const status = error instanceof ApiError ? error.status : -1;
        fill(main, status === 404 ? empty({icon: 'signpost', title: t('nav.nowhere')})
                                  : failed(error, () => error.reload ? location.reload()
                                                                     : renderInto(main, menu, session, signal)));
    } finally {
        clearTimeout(slow);
    }
}

/** The page's code. Where it doesn't come, the server is away, or newer than this page: a reload helps in both cases. */
async function load(name) {
    try {
        return await import(`../pages/${name}/index.js`);
    } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        throw Object.assign(new ApiError(0, t('error.offline')), {reload: true});
    }
}

function mark(menu, route) {
    for (const entry of menu.children) {
        const here = entry.dataset.path === route?.path;
        entry.classList.toggle('active', here);
        if (here) entry.setAttribute('aria-current', 'page');
        else entry.removeAttribute('aria-current');
    }
}

/** Screen readers say where one is; what the page itself focused stays. */
function focusHeading(main) {
    if (main.contains(document.activeElement) && document.activeElement !== main) return;
    const heading = main.querySelector('h1');
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({preventScroll: true});
}
