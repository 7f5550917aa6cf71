// Accounts and what can be done with them. Of another user's account every address says whose it is.
import {api} from '../../lib/api.js';

export const kinds = ['calendar', 'contacts'];
export const providers = ['google', 'microsoft', 'icloud', 'dav'];
export const bySignInPage = provider => provider === 'google' || provider === 'microsoft';

/** One account as this page may steer it. @param whose  login of its owner; empty: one's own */
export class AccountApi {
    constructor(id, whose, signal) {
        Object.assign(this, {id, whose, signal});
    }
    path(rest = '') { return `/accounts/${encodeURIComponent(this.id)}${rest}`; }
    with(params = {}) { return {user: this.whose, ...params}; }
    get(rest, params) { return api.get(this.path(rest), this.with(params), {signal: this.signal}); }
    list(rest, params) { return api.list(this.path(rest), this.with(params), {signal: this.signal}); }
    /** What is done goes on when the page is left. */
    post(rest, params, body = {}) { return api.post(this.path(rest), body, {params: this.with(params)}); }

    account() { return this.get(); }
    settings(kind) { return this.get('/settings', {kind}); }
    saveSettings(kind, settings) { return api.patch(this.path('/settings'), settings, {params: this.with({kind})}); }
    collections(kind) { return this.list('/collections', {kind}).then(page => page.items); }
    groups() { return this.list('/groups').then(page => page.items); }
    metrics(kind) { return this.get('/metrics', {kind}); }
    preview(kind, params) { return this.post('/preview', {kind, ...params}); }
    previewed(kind, params) { return this.list('/preview', {kind, ...params}); }
    disconnect() { return api.del(this.path(), {params: this.with()}); }
    undo(run, entry = 0) { return this.post('/undo', {}, {run, entry}); }

    /** Address of one of its pages: 'calendar/settings'. */
    page(rest = '', params = {}) {
        const query = new URLSearchParams(Object.entries(this.with(params)).filter(([, value]) => value)).toString();
        return `#/integrations/${[this.id, rest].filter(Boolean).join('/')}${query ? `?${query}` : ''}`;
    }
}

/** @param query.user  whose account, where it isn't one's own */
export function accountApi(context, id) {
    const whose = context.query.user && context.query.user !== context.user.login ? context.query.user : '';
    return new AccountApi(id, whose, context.signal);
}

/** What `user` has, or (*) everybody. */
export const listAccounts = (user, signal) => api.list('/accounts', {user}, {signal}).then(page => page.items);

/** A login at a server that has no sign-in page. */
export const connect = (user, wish) => api.post('/accounts', wish, {params: {user}});

/** Goes to the provider's own sign-in page, which comes back to this account's page. */
export async function signInAt(provider, user) {
    const {address} = await api.post('/accounts/authorise', {provider}, {params: {user}});
    location.assign(address);
    return new Promise(() => {});  // the page is about to be left: nobody is to think that it is done
}
