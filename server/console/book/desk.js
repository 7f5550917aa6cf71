// What the page asks the server for.
import {language, t} from './texts.js';

const here = location.pathname.replace(/\/$/, '');
const place = decodeURIComponent(here.slice(here.lastIndexOf('/') + 1));

/** What went wrong, in words for visitors. `next` are free times where somebody was quicker. */
export class Refused extends Error {
    constructor(status, answer, why) {
        super(status === 0 ? t('offline') : status === 404 ? t('gone') : status === 429 ? t('busy')
            : answer.next ? t('taken') : t('failed', {why: why ?? status}));
        Object.assign(this, {status, field: answer.field, next: answer.next});
    }
}

async function ask(name, options = {}) {
    let response;
    try {
        response = await fetch(`${here}/${name}`, {...options, credentials: 'omit', signal: AbortSignal.timeout(20_000)});
    } catch {
        throw new Refused(0, {});
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(response.status, answer, await inTheirLanguage(answer.detail));
    return answer;
}

/** The server's words are English. */
async function inTheirLanguage(words) {
    if (language === 'en' || !words) return words;
    const {loadSaid, said} = await import('../lib/said.js');
    await loadSaid();
    return said(words);
}

const send = (name, body) => ask(name, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});

/** Drawn once a page: a booking whose answer got lost is sent again as the same one. */
const key = crypto.randomUUID?.() ?? String(Math.random()).slice(2);

export const desk = {
    isBooking: place.startsWith('~'),
    about: () => ask('about'),
    slots: (from, until) => ask(`slots?from=${from.toISOString()}&until=${until.toISOString()}`).then(({slots}) => slots.map(text => new Date(text))),
    book: wish => send('bookings', {...wish, key: `${key}/${wish.start}`, language}),
    move: start => send('move', {start}),
    cancel: () => send('cancel', {}),
    /** Address of the page of a booking, beside this one. */
    pageOf: manage => `${here.slice(0, here.lastIndexOf('/') + 1)}${manage}`,
};
