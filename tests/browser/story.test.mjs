// What a newcomer does, from the first sign-in to the undo of what was synced, once with each provider: with the demo's
// by keyboard alone, with Google and Outlook by mouse, over their sign-in pages.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {closePage, launch, openPage, shoot} from './support/browser.mjs';
import {startGate} from './support/gate.mjs';
import {keys, mouse} from './support/hands.mjs';
import {startStandins} from './support/standins.mjs';
import {passwords, startWorld} from './support/world.mjs';

let browser, standins, google, microsoft;
before(async () => {
    [browser, standins] = await Promise.all([launch(), startStandins()]);
    google = await startGate(new URL(standins.env.CRMDAV_BRIDGE_GOOGLE_CALENDARURL).origin);
    microsoft = await startGate(new URL(standins.env.CRMDAV_BRIDGE_MICROSOFT_GRAPHURL).origin);
    for (const [name, gate] of [['GOOGLE_CALENDARURL', google], ['GOOGLE_PEOPLEURL', google], ['MICROSOFT_GRAPHURL', microsoft]]) {
        const url = new URL(standins.env[`CRMDAV_BRIDGE_${name}`]);
        standins.env[`CRMDAV_BRIDGE_${name}`] = gate.address + url.pathname.replace(/\/$/, '');
    }
});
after(async () => { await browser?.close(); await google?.stop(); await microsoft?.stop(); await standins?.stop(); });

// ---------------------------------------------------------------- what both sides hold

const lists = ['activities', 'contacts', 'companies', 'deals'];

async function crm(address, login, password = passwords[login]) {
    const headers = {authorization: `Basic ${btoa(`${login}:${password}`)}`};
    const found = {};
    for (const list of lists) {
        for (let next = `/api/v1/${list}?limit=200`; next;) {
            const response = await fetch(new URL(next, address), {headers});
            assert.equal(response.status, 200);
            const page = await response.json();
            for (const item of page.items) found[`${list}/${item.id}`] = item;
            next = page.next;
        }
    }
    return found;
}

/** By their ids, at Google or Outlook. */
async function provider(name) {
    const {events, contacts} = await (await standins.does(`${name}/tell`)).json();
    return Object.fromEntries([...events, ...contacts].map(one => [one.resourceName ?? one.id, one]));
}

/** What a write changes by itself. */
const marks = new Set(['etag', 'updated', 'modified', 'version', 'sequence', 'metadata', 'changeKey', 'lastModifiedDateTime',
                       '@odata.etag', 'updateTime']);
const plain = value => Array.isArray(value) ? value.map(plain)
    : value !== null && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).filter(([name]) => !marks.has(name)).sort().map(([name, one]) => [name, plain(one)]))
        : value;

function sameAs(before, now, which) {
    assert.deepEqual(Object.keys(now).filter(id => !(id in before)).map(id => now[id]), [], `${which}: there is more than before`);
    for (const id of Object.keys(before)) assert.deepEqual(plain(now[id]), plain(before[id]), `${which}: ${id}`);
}

// ---------------------------------------------------------------- the story

const panel = (page, kind) => page.getByRole('region', {name: kind});
const status = (page, kind, text) => panel(page, kind).locator('.badge', {hasText: text}).waitFor({timeout: 120000});

async function signIn(page, hand) {
    await page.goto('/');
    await page.getByRole('heading', {name: 'Sign in'}).waitFor();
    await hand.write(page, page.getByLabel('Login'), 'anna');
    await hand.write(page, page.getByLabel('Password'), passwords.anna);
    await hand.press(page, page.getByRole('button', {name: 'Sign in'}));
    await page.locator('.cal-place button.ev').nth(5).waitFor();  // a calendar that lives
    await hand.press(page, page.getByRole('link', {name: 'Integrations'}));
    await page.getByRole('heading', {name: 'Integrations'}).waitFor();
}

async function chooseProvider(page, hand, name) {
    await hand.press(page, page.getByRole('link', {name: 'Add New Account'}));
    await hand.choose(page, page.getByRole('radio', {name}));
    await hand.press(page, page.getByRole('button', {name: 'Connect'}));
}

/** Settings, a preview that writes nothing, the start, and its progress until all is done. */
async function syncs(page, hand, kind, {gate, both, word, settings}) {
    await hand.press(page, panel(page, kind).getByRole('link', {name: 'Set up'}));
    await hand.choose(page, page.getByRole('radio', {name: 'Two-Way Sync'}));
    await settings?.(kind);
    const untouched = await both();
    await hand.press(page, page.getByRole('button', {name: 'Preview'}));
    await page.locator('.decision').first().waitFor({timeout: 60000});
    await hand.write(page, page.getByLabel('Search titles and reasons'), word);
    await page.locator('.decision', {hasText: word}).waitFor();
    const [ours, theirs] = await both();
    sameAs(untouched[0], ours, `the CRM after a preview of ${kind}`);
    sameAs(untouched[1], theirs, `the provider after a preview of ${kind}`);
    gate.shut();
    await hand.press(page, page.getByRole('button', {name: 'Start Syncing'}));
    if (kind === 'Contact Sync') await hand.press(page, page.getByRole('dialog').getByRole('button', {name: 'Enable Contact Sync'}));
    await status(page, kind, 'Syncing');
    await panel(page, kind).getByRole('progressbar').waitFor();
    await page.evaluate(() => { window.sameDocument = true; });
    gate.open();
    await status(page, kind, 'Active');
    await panel(page, kind).getByText('Last sync').waitFor();
    assert.ok(await page.evaluate(() => window.sameDocument), 'the end shows without a reload');
}

async function undoesRuns(page, hand, name, word) {
    await hand.press(page, page.getByRole('link', {name: 'Runs and journal'}));
    const search = page.getByLabel('Search the journal'), entries = page.locator('.entries .decision');
    await hand.write(page, search, word);
    await entries.filter({hasNotText: word}).first().waitFor({state: 'detached'});
    await entries.first().waitFor();
    await shoot(page, `story-${name}-journal`);
    const undo = page.getByRole('button', {name: /^Undo the run of/}), badges = page.locator('.runs .badge', {hasText: /^undone$/});
    const runs = await undo.count();
    assert.ok(runs >= 2);
    for (let i = 0; i < runs; ++i) {
        await hand.press(page, undo.first());
        const [answer] = await Promise.all([page.waitForResponse(/\/undo$/),
            hand.press(page, page.getByRole('dialog').getByRole('button', {name: 'Undo the run'}))]);
        assert.deepEqual((await answer.json()).left, [], 'all can be undone');
        await badges.nth(i).waitFor();
        assert.equal(await undo.count(), runs - 1 - i, 'what is undone offers no undo');
    }
    await shoot(page, `story-${name}-undone`);
}

async function story(page, hand, {name, gate, both, connect, settings, words}) {
    await signIn(page, hand);
    const before = await both();
    await connect(page, hand);
    for (const [kind, word] of words) {
        await status(page, kind, 'Authorised');
        await syncs(page, hand, kind, {gate, both, word, settings});
    }
    await shoot(page, `story-${name}-active`);
    const synced = await both();
    assert.notDeepEqual(plain(synced[0]), plain(before[0]));
    assert.notDeepEqual(plain(synced[1]), plain(before[1]));
    await undoesRuns(page, hand, name, words[0][1]);
    const asBefore = async when => {
        const [ours, theirs] = await both();
        sameAs(before[0], ours, `the CRM ${when}`);
        sameAs(before[1], theirs, `the provider ${when}`);
    };
    await asBefore('after the undo');

    // The next run doesn't do again what was undone.
    await hand.press(page, page.locator('a.back'));
    for (const [kind] of words) {
        gate.shut();
        await hand.press(page, panel(page, kind).getByRole('button', {name: 'Sync', exact: true}));
        await status(page, kind, 'Syncing');
        gate.open();
        await status(page, kind, 'Active');
    }
    await asBefore('after another run');
}

test('by keyboard alone, with the calendar that the demo has elsewhere', async () => {
    const world = await startWorld();
    const gate = await startGate(world.address);
    const page = await openPage(browser, world);
    const elsewhere = ['elsewhere', 'elsewhere-shows-the-demo'];
    try {
        await story(page, keys, {name: 'demo', gate, words: [['Calendar Sync', 'Coffee with Jana'], ['Contact Sync', 'Ruth Sommer']],
            both: () => Promise.all([crm(world.address, 'anna'), crm(world.address, ...elsewhere)]),
            async connect() {
                await chooseProvider(page, keys, 'CalDAV/CardDAV');
                await keys.write(page, page.getByLabel('Address of the server'), `${gate.address}/`);
                await keys.write(page, page.getByLabel('Login', {exact: true}), elsewhere[0]);
                await keys.write(page, page.getByLabel('App password'), elsewhere[1]);
                await page.keyboard.press('Enter');
            },
            async settings(kind) {
                if (kind !== 'Contact Sync') return;
                // It is on this server, too: its first book is the one that anna has herself.
                for (const book of ['Contacts', 'Private contacts']) await keys.press(page, page.getByLabel(book, {exact: true}), 'Space');
            }});
        await closePage(page);
    } finally {
        await gate.stop();
        await world.stop();
    }
});

for (const [name, title, words] of [
    ['google', 'Google', [['Calendar Sync', 'Planning with Jana'], ['Contact Sync', 'Guest Number7']]],
    ['microsoft', 'Microsoft Outlook', [['Calendar Sync', 'Offer for Contoso'], ['Contact Sync', 'Otto Outlook']]],
])
    test(`with ${title}, over its sign-in page`, async () => {
        const world = await startWorld({env: standins.env});
        const page = await openPage(browser, world, {expects: [/status of 404 \(OK\)/]});  // the sign-in page has no icon
        page.faults.push = (...faults) => Array.prototype.push.apply(page.faults, faults.filter(one => !one.includes(standins.address)));
        try {
            await story(page, mouse, {name, gate: name === 'google' ? google : microsoft, words,
                both: () => Promise.all([crm(world.address, 'anna'), provider(name)]),
                async connect() {
                    await chooseProvider(page, mouse, title);
                    await page.getByRole('link', {name: /^Allow as/}).click();
                }});
            await closePage(page);
        } finally {
            await world.stop();
        }
    });
