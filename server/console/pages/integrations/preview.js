// Preview: exactly what a run would do now; nothing is written (rule G5). Of a large account it takes its time, which one
// may spend elsewhere: the server goes on with it.
import {fill, h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {ApiError} from '../../lib/api.js';
import {on} from '../../lib/live.js';
import {said} from '../../lib/said.js';
import {busy, failed, pageHead, toast, toastError} from '../../lib/ui.js';
import {accountApi} from './account_api.js';
import {decisionList} from './decisions.js';
import {progressBar} from './progress.js';
import {enableContacts} from './set_up.js';
import {isRunning, kindName, providerName} from './words.js';

export async function render(context) {
    const [id, kind] = context.params;
    const page = accountApi(context, id);
    const account = await page.account();
    const running = isRunning(account[kind]);
    const place = h('div.panel');
    makePreview(page, kind, place, {account});  // the page is there meanwhile
    return h('section',
        h('a.back', {href: page.page()}, icon('chevron-left'), `${providerName(account.provider)} ${account.login}`),
        pageHead(t('integrations.preview.of', {kind: kindName(kind)}),
            h('a.btn.btn-outline-secondary', {href: page.page(`${kind}/settings`)}, t('integrations.changeSettings')),
            !running && h('a.btn.btn-outline-secondary', {href: '#/integrations'}, t('cancel')),
            h('button.btn.btn-primary', {type: 'button', onclick: event => start(page, kind, account, running, event.currentTarget)},
                running ? t('integrations.sync') : t('integrations.start'))),
        h('p.text-secondary', t('integrations.preview.intro')), place);
}

const underWay = side => side.run?.mode === 'preview' ? side.run : null;
const waiting = {phase: 'reading', done: 0, all: 0};

/**
 * Makes one, or waits for the one that is being made, and shows in `place` how far it is, and then what it says.
 * @param options.account  as it is known already
 * @param options.params   which decisions are wanted, such as {deletes: true}
 * @param options.look     of their list
 */
export async function makePreview(page, kind, place, {account = null, params = {}, look = {}} = {}) {
    const done = new AbortController();
    const follow = run => fill(place, progressBar(run));
    follow(waiting);
    on('account', now => {
        if (now.id === page.id && underWay(now[kind])) follow(underWay(now[kind]));
    }, AbortSignal.any([page.signal, done.signal]));
    try {
        const begun = underWay((account ?? await page.account())[kind]);
        if (begun) follow(begun);
        const made = begun ? await ended(page, kind, begun, params) : await asked(page, kind, params);
        done.abort();
        fill(place, decisionList(page, kind, made, look));
    } catch (error) {
        done.abort();
        if (error.name !== 'AbortError') fill(place, failed(error, () => makePreview(page, kind, place, {params, look})));
    }
}

/** Another page may have begun one a moment ago, or a proxy lose patience with this one. */
async function asked(page, kind, params) {
    try {
        return await page.preview(kind, params);
    } catch (error) {
        const begun = [0, 409, 502, 504].includes(error.status) && underWay((await page.account())[kind]);
        if (!begun) throw error;
        return ended(page, kind, begun, params);
    }
}

/** The preview that somebody asked for before, once it is there. */
async function ended(page, kind, {id}, params) {
    for (;;) {
        const run = await page.get(`/runs/${id}`);
        if (run.ended && run.phase !== 'done') throw new ApiError(503, said(run.cause) || t(`integrations.phase.${run.phase}`));
        if (run.ended) return {counts: run.counts, ...await page.previewed(kind, params)};
        if (!underWay((await page.account())[kind])) throw new ApiError(503, t('integrations.preview.lost'));
        await news(page);
    }
}

/** Until the server tells of the account, or for a while. */
function news(page) {
    return new Promise((resolve, reject) => {
        const heard = new AbortController();
        const go = () => { heard.abort(); resolve(); };
        const timer = setTimeout(go, 3000);
        heard.signal.addEventListener('abort', () => clearTimeout(timer));
        on('account', account => { if (account.id === page.id) go(); }, heard.signal);
        page.signal.addEventListener('abort', () => { heard.abort(); reject(page.signal.reason); }, {once: true});
    });
}

async function start(page, kind, account, running, button) {
    try {
        if (!running && kind === 'contacts' && !await enableContacts(account)) return;
        await busy(button, page.post(running ? '/sync' : '/start', {kind}));
        if (!running) toast(t('integrations.started'));
        location.hash = page.page();
    } catch (error) {
        toastError(error);
    }
}
