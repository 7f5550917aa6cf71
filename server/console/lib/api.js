// The one way to the server: /api/v1 as every other program has it, with the session's cookie and its CSRF token.
import {t} from './i18n.js';
import {said} from './said.js';

/** Of the server, with a slash at the end: /, or /path/ behind a proxy. */
export const root = new URL('../../../', import.meta.url);
const base = new URL('api/v1', root);

export class ApiError extends Error {
    /** @param status 0: the server wasn't reached */
    constructor(status, detail, field = '', retryAfter = 0) {
        super(detail);
        Object.assign(this, {status, detail, field, retryAfter});
    }
}

let token = '';
/** @param session  as /session answers, or null: nobody is signed in */
export function useSession(session) {
    token = session?.csrf ?? '';
}

function address(path, params = {}) {
    const url = new URL(path.startsWith('/') ? base.pathname + path : path, base);
    for (const [name, value] of Object.entries(params))
        if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, value);
    return url;
}

async function refusal(response) {
    let problem = {};
    try {
        problem = JSON.parse(await response.text());
    } catch {
        // A proxy's page, or nothing: the status has to do.
    }
    const wait = Number(response.headers.get('Retry-After')) || 0;
    return new ApiError(response.status, said(problem.detail) || t('error.status', {status: response.status}), problem.field,
                        wait);
}

/**
 * @param options.etag    of what the caller has read: changes only that (412 otherwise)
 * @param options.signal  AbortSignal; an aborted call throws its AbortError
 * @param options.type    content type of a body that is no JSON
 */
export async function send(method, path, {params, body, etag, signal, type} = {}) {
    const headers = {'X-CSRF-Token': token};
    if (etag) headers['If-Match'] = `"${etag}"`;
    if (body !== undefined) headers['Content-Type'] = type ?? 'application/json';
    let response;
    try {
        response = await fetch(address(path, params), {
            method, headers, signal, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
            body: body === undefined ? undefined : type ? body : JSON.stringify(body),
        });
    } catch (error) {
        if (error.name === 'AbortError') throw error;
        throw new ApiError(0, t('error.offline'));
    }
    if (response.ok) return response;
    if (response.status === 401 && path !== '/session') dispatchEvent(new Event('signed-out'));
    throw await refusal(response);
}

async function json(method, path, options) {
    const response = await send(method, path, options);
    return response.status === 204 ? null : response.json();
}

export const api = {
    get: (path, params, options) => json('GET', path, {params, ...options}),
    post: (path, body = {}, options) => json('POST', path, {body, ...options}),
    patch: (path, body, options) => json('PATCH', path, {body, ...options}),
    put: (path, body, options) => json('PUT', path, {body, ...options}),
    del: (path, options) => json('DELETE', path, options),
    /** A page: {items, next}. */
    list: (path, params, options) => json('GET', path, {params, ...options}),
    /** The page after it. */
    next: (page, options) => json('GET', new URL(page.next, base).href, options),
    /** Every page, up to `most` items. */
    async all(path, params, options, most = 5000) {
        let page = await this.list(path, params, options);
        const items = [...page.items];
        while (page.next && items.length < most) {
            page = await this.next(page, options);
            items.push(...page.items);
        }
        return items;
    },
    /** Address of something that the browser itself fetches, such as a photo. */
    address: (path, params) => address(path, params).href,
};
