// What is where. A page is a folder of pages/ whose index.js has render(); it is loaded when somebody goes there.

/** nav: stands in the menu. */
export const routes = [
    {path: 'calendar', page: 'calendar', nav: true, icon: 'calendar-week', title: 'nav.calendar'},
    {path: 'contacts', page: 'contacts', nav: true, icon: 'people', title: 'nav.contacts'},
    {path: 'companies', page: 'companies', nav: true, icon: 'building', title: 'nav.companies'},
    {path: 'deals', page: 'deals', nav: true, icon: 'briefcase', title: 'nav.deals'},
    {path: 'integrations', page: 'integrations', nav: true, icon: 'arrow-repeat', title: 'nav.integrations'},
    {path: 'booking', page: 'booking', nav: true, icon: 'signpost', title: 'nav.booking'},
    {path: 'devices', page: 'devices', nav: true, icon: 'phone', title: 'nav.devices'},
    {path: 'feeds', page: 'feeds', nav: true, icon: 'rss', title: 'nav.feeds'},
    {path: 'admin', page: 'admin', nav: true, icon: 'gear', title: 'nav.admin', admins: true},
    {path: 'me', page: 'me', title: 'nav.me'},
];

/** A part becomes one of the API's addresses: what would lead out of it leads nowhere. null: it does */
function decoded(part) {
    try {
        const text = decodeURIComponent(part);
        return /[/\\?#%]|^\.\.?$/.test(text) ? null : text;
    } catch {
        return null;
    }
}

/** "#/contacts/42/history?tab=x" → {route, params: ['42', 'history'], query}; null: no such page */
export function resolve(hash) {
    const [path, search = ''] = hash.replace(/^#\/?/, '').split('?');
    const parts = path.split('/').filter(Boolean).map(decoded), [first, ...params] = parts;
    const route = routes.find(one => one.path === (first ?? 'calendar'));
    return route && !parts.includes(null) ? {route, params, query: Object.fromEntries(new URLSearchParams(search))} : null;
}

/** Goes there; the page is rendered by whoever listens to hashchange. @param path  'contacts/42' */
export function navigate(path, {replace = false} = {}) {
    const hash = `#/${path}`;
    if (replace) {
        history.replaceState(null, '', hash);
        dispatchEvent(new HashChangeEvent('hashchange'));
    } else {
        location.hash = hash;
    }
}
