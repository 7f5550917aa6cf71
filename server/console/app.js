// The console begins: words, then who is signed in, then the page that the address names.
import {api, useSession, ApiError} from './lib/api.js';
import {fill} from './lib/dom.js';
import {useZone} from './lib/format.js';
import {loadTexts} from './lib/i18n.js';
import {loadSaid} from './lib/said.js';
import {failed, loading} from './lib/ui.js';
import {shell} from './shell/shell.js';
import {signIn} from './shell/sign_in.js';

const app = document.getElementById('app');
let signedIn = false, frame;

const words = () => Promise.all([loadTexts(), loadSaid()]);

async function begin() {
    fill(app, loading());
    try {
        await enter(await api.get('/session'));
    } catch (error) {
        if (error instanceof ApiError && error.status === 401) askWho();
        else fill(app, failed(error, begin));
    }
}

function know(session) {
    useSession(session);
    useZone(session.user.zone || session.organisation.zone);
}

async function enter(session) {
    know(session);
    signedIn = true;
    frame = shell(session);
    fill(app, frame.element);
}

function askWho() {
    signedIn = false;
    useSession(null);
    fill(app, signIn(enter));
    app.querySelector('input')?.focus();
}

// A session that ended elsewhere: the address stays, so that one goes on where one was.
addEventListener('signed-out', () => { if (signedIn) askWho(); });
/** Its name or logo changed: the page that changed it stays, with what has the focus. */
addEventListener('organisation', async () => {
    const session = await api.get('/session').catch(() => null);
    if (!session || !signedIn) return;
    know(session);
    frame.renew(session);
});
addEventListener('language', async () => { await words(); begin(); });

await words();
await begin();
