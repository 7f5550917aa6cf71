// Toasts, dialogs and the states every page has. Dialogs are the browser's own: focus and Escape work as they should.
import {h, icon, fill, newId} from './dom.js';
import {t} from './i18n.js';
import {ApiError} from './api.js';

// ---------------------------------------------------------------- toasts

const toasts = h('div.toasts', {role: 'status', 'aria-live': 'polite'});

/**
 * Says what was done; errors stay until they are closed.
 * @param options.undo   a function: the toast offers to take it back
 * @param options.error  it went wrong
 */
export function toast(text, {undo, error = false} = {}) {
    if (!toasts.isConnected) document.body.append(toasts);
    const close = () => box.remove();
    const box = h(`div.toast-box.${error ? 'toast-error' : 'toast-done'}`,
        h('span.flex-grow-1', text),
        undo && h('button.btn.btn-sm.btn-link', {type: 'button', onclick: () => { close(); undo(); }}, t('undo')),
        h('button.btn-close', {type: 'button', 'aria-label': t('close'), onclick: close}));
    toasts.append(box);
    if (!error) setTimeout(close, undo ? 12000 : 5000);
    return close;
}

/** What failed, for people. */
export function explain(error) {
    if (error instanceof ApiError) return error.detail;
    console.error(error);
    return t('error.unexpected');
}

export const toastError = error => error.name === 'AbortError' ? undefined : toast(explain(error), {error: true});

// ---------------------------------------------------------------- dialogs

/**
 * A dialog over the page.
 * @param options.body     elements; a form's fields among them
 * @param options.actions  [{label, kind: 'primary' | 'danger' | …, run, closes}]: `run` may be async; the dialog closes
 *                         when it succeeds, and shows what failed otherwise. The first primary one is what Enter does.
 * @returns {element, close, closed}  closed: a promise of what the action returned; undefined: closed without one
 */
export function dialog({title, body, actions = [], wide = false, cancel = t('cancel')}) {
    const heading = newId('dialog');
    const problem = h('div.alert.alert-danger.mb-0', {role: 'alert', hidden: true});
    let finish;
    const closed = new Promise(resolve => { finish = resolve; });
    const gone = new AbortController();
    const close = result => { gone.abort(); finish(result); element.close(); element.remove(); };
    let works = false;
    const run = async (action, button) => {
        problem.hidden = true;
        works = true;
        try {
            close(await busy(button, action.run?.()));
        } catch (error) {
            works = false;
            if (error.name === 'AbortError') return;
            if (action.failed?.(error)) return;
            problem.hidden = false;
            fill(problem, explain(error));
        }
    };
    const buttons = actions.map((action, index) =>
        h(`button.btn.btn-${action.kind ?? 'primary'}`,
          {type: index === 0 ? 'submit' : 'button', onclick: event => {
              if (index === 0) return;
              event.preventDefault();
              run(action, event.currentTarget);
          }}, action.label));
    const form = h('form.dialog-form', {novalidate: true, onsubmit: event => {
        event.preventDefault();
        if (actions.length) run(actions[0], buttons[0]);
    }},
        h('header.dialog-head', h('h2.h5.mb-0', {id: heading}, title),
          h('button.btn-close', {type: 'button', 'aria-label': t('close'), onclick: () => close()})),
        h('div.dialog-body', body, problem),
        h('footer.dialog-foot',
          cancel && h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => close()}, cancel),
          ...buttons.toReversed()));
    const element = h(`dialog.dialog${wide ? '.dialog-wide' : ''}`, {'aria-labelledby': heading, oncancel: event => {
        event.preventDefault();
        close();
    }}, form);
    document.body.append(element);
    element.showModal();
    // Whoever goes back is somewhere else: it has nothing to do there.
    const place = location.hash;
    addEventListener('hashchange', () => { if (location.hash !== place && !works) close(); }, {signal: gone.signal});
    return {element, close, closed};
}

/** Asks before what can't be undone. @returns a promise of true or false */
export async function confirm({title, text, action, danger = true}) {
    const body = [text].flat().map(part => part instanceof Node ? part : h('p', part));
    const {closed} = dialog({title, body, actions: [{label: action, kind: danger ? 'danger' : 'primary', run: () => true}]});
    return await closed === true;
}

/** The button waits while `promise` is under way. */
export async function busy(button, promise) {
    if (!button) return promise;
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    try {
        return await promise;
    } finally {
        button.disabled = false;
        button.removeAttribute('aria-busy');
    }
}

// ---------------------------------------------------------------- states

export const loading = () =>
    h('div.state', {role: 'status'}, h('span.spinner-border', {'aria-hidden': 'true'}), h('span', t('loading')));

/** Nothing is there, and what one may do about it. */
export function empty({icon: name = 'inbox', title, text = '', action} = {}) {
    return h('div.state', icon(name, 'state-icon'), h('h2.h5.mb-0', title), text && h('p.text-secondary.mb-0', text),
             action && h('div.mt-2', action));
}

/** @param retry  function; null: trying again is no use */
export function failed(error, retry) {
    const offline = error instanceof ApiError && error.status === 0;
    return h('div.state', {role: 'alert'}, icon(offline ? 'wifi-off' : 'exclamation-triangle', 'state-icon'),
             h('p.mb-0', explain(error)),
             retry && h('button.btn.btn-outline-primary.mt-2', {type: 'button', onclick: retry}, t('retry')));
}

/**
 * Shows `loading`, then what `work` makes, or what failed with a way to try again.
 * @param place  an element whose content it replaces
 */
export async function show(place, work) {
    fill(place, loading());
    try {
        fill(place, await work());
    } catch (error) {
        if (error.name !== 'AbortError') fill(place, failed(error, () => show(place, work)));
    }
}

/** A page's heading with what can be done beside it. */
export function pageHead(title, ...actions) {
    return h('header.page-head', h('h1.h3.mb-0', title), h('div.page-actions', actions));
}

/** A word in a coloured field. @param kind  success, warning, danger, secondary, primary */
export const badge = (text, kind = 'secondary') => h(`span.badge.text-bg-${kind}`, text);

/** Copies text, and says so. */
export function copyButton(text, label = t('copy')) {
    return h('button.btn.btn-sm.btn-outline-secondary', {type: 'button', onclick: async () => {
        try {
            await navigator.clipboard.writeText(text);
            toast(t('copied'));
        } catch {
            toast(t('copy.failed'), {error: true});
        }
    }}, icon('copy'), label);
}
