// What happens on the server while one looks: one stream of events for the whole console.
import {api} from './api.js';

let source = null;
let listeners = 0;

/**
 * Calls `f` with the event's data: 'account' (an account whose sync moved), 'change' (records changed).
 * Ends with `signal`. While the server can't be reached the browser tries again by itself.
 */
export function on(name, f, signal) {
    source ??= new EventSource(api.address('/events'), {withCredentials: true});
    const heard = event => f(JSON.parse(event.data));
    source.addEventListener(name, heard);
    ++listeners;
    const end = () => {
        source?.removeEventListener(name, heard);
        listeners = Math.max(0, listeners - 1);
        if (listeners === 0) close();
    };
    signal?.addEventListener('abort', end, {once: true});
    return end;
}

function close() {
    source?.close();
    source = null;
}

addEventListener('signed-out', () => { listeners = 0; close(); });
