// Integrations: accounts at providers, what of them is synced, and what that did.
import {h} from '../../lib/dom.js';
import {kinds} from './account_api.js';

const pages = {
    list: () => import('./accounts.js'),
    new: () => import('./connect.js'),
    account: () => import('./account.js'),
    setUp: () => import('./set_up.js'),
    preview: () => import('./preview.js'),
    brake: () => import('./brake.js'),
    journal: () => import('./journal.js'),
};

/** Which page `#/integrations/…` is; of an account with a run it is that run's journal. */
function pageOf([id, part, what], {run}) {
    if (!id) return pages.list;
    if (id === 'new') return pages.new;
    if (!part) return run ? pages.journal : pages.account;
    if (part === 'journal' && !what) return pages.journal;
    if (!kinds.includes(part)) return null;
    return {settings: pages.setUp, preview: pages.preview, confirm: pages.brake}[what] ?? null;
}

/** Its look comes with the first of its pages. */
async function styled() {
    const address = new URL('./integrations.css', import.meta.url).href;
    if ([...document.styleSheets].some(sheet => sheet.href === address)) return;
    await new Promise(resolve => document.head.append(h('link', {rel: 'stylesheet', href: address, onload: resolve, onerror: resolve})));
}

export async function render(context) {
    // Only the very next sign-in takes another account's place.
    if (!context.params.length) sessionStorage.removeItem('integrations.replaces');
    const [page] = await Promise.all([(pageOf(context.params, context.query) ?? pages.list)(), styled()]);
    return page.render(context);
}
