// The console begins: words, then who is signed in, then the page that the address names.
import {api, useSession, ApiError} from './lib/api.js';
import {fill} from './lib/dom.js';
import {useZone} from './lib/format.js';
import {loadTexts} from './lib/i18n.js';
import {failed, loading} from './lib/ui.js';
import {shell} from './shell/shell.js';
import {signIn} from './shell/sign_in.js';

const app = document.getElementById('app');
let signedIn = false;

async function begin() {
    fill(app, loading());
    try {
        await enter(await api.get('/session'));
    } catch (error) {
        if (error instanceof ApiError && error.status === 401) askWho();
        else fill(app, failed(error, begin));
    }
}

async function enter(session) {
    useSession(session);
    useZone(session.user.zone || session.organisation.zone);
    signedIn = true;
    fill(app, shell(session));
}

function askWho() {
    signedIn = false;
    useSession(null);
    fill(app, signIn(enter));
    app.querySelector('input')?.focus();
}

// A session that ended elsewhere: the address stays, so that one goes on where one was.
addEventListener('signed-out', () => { if (signedIn) askWho(); });
/** Its name or logo changed. */
addEventListener('organisation', () => { if (signedIn) api.get('/session').then(enter).catch(() => {}); });
addEventListener('language', async () => { await loadTexts(); begin(); });

await loadTexts();
await begin();
