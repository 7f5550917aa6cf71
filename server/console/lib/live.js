// What happens on the server while one looks: one stream of events for the whole console, and none for a page that
// nobody sees – a browser has six connections to a server, for all its tabs.
import {api} from './api.js';

const kinds = ['account', 'change'];
const heard = new EventTarget();
let listeners = 0, source = null, waiting = 0;

/**
 * Calls `f` with the event's data: 'account' (an account whose sync moved), 'change' (records changed); 'again' when
 * something may have been missed. Ends with `signal`. While the server can't be reached it is tried again.
 */
export function on(name, f, signal) {
    const listener = event => f(event.detail);
    heard.addEventListener(name, listener);
    ++listeners;
    open();
    let ended = false;
    const end = () => {
        if (ended) return;
        ended = true;
        heard.removeEventListener(name, listener);
        if (--listeners <= 0) waiting = setTimeout(close, 10000);  // the next page may want it
    };
    signal?.addEventListener('abort', end, {once: true});
    return end;
}

const tell = (name, detail) => heard.dispatchEvent(new CustomEvent(name, {detail}));

function open() {
    clearTimeout(waiting);
    if (source || !listeners || document.hidden) return;
    source = new EventSource(api.address('/events'));
    for (const name of kinds) source.addEventListener(name, event => tell(name, JSON.parse(event.data)));
    source.onopen = () => tell('again');  // what happened since the page was loaded
    source.onerror = () => {
        if (source?.readyState !== EventSource.CLOSED) return;  // else the browser tries again by itself
        source = null;
        waiting = setTimeout(open, 30000);  // there were too many, or the server is busy
    };
}

function close() {
    clearTimeout(waiting);
    source?.close();
    source = null;
}

document.addEventListener('visibilitychange', () => {
    clearTimeout(waiting);
    if (!document.hidden) return open();
    waiting = setTimeout(close, 30000);
});
addEventListener('signed-out', () => { listeners = 0; close(); });
