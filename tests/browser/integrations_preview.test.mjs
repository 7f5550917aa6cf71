// A preview that takes its time: how far it is, and that one may leave it and come back.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, openPage, shoot, signIn} from './support/browser.mjs';
import {startGate} from './support/gate.mjs';
import {ask, visit, until} from './support/records.mjs';
import {startWorld} from './support/world.mjs';

let browser, world, gate;
before(async () => {
    [browser, world] = await Promise.all([launch(), startWorld()]);
    gate = await startGate(world.address);
});
after(async () => { await browser?.close(); await gate?.stop(); await world?.stop(); });

const progress = page => page.locator('.sync-progress');

test('a preview says how far it is; whoever leaves it finds it again, and what it found', async () => {
    const page = await openPage(browser, world);
    await signIn(page, 'ben');
    const account = await ask(page, 'POST', '/accounts', {provider: 'dav', address: `${gate.address}/`, login: 'elsewhere', password: 'elsewhere-shows-the-demo'});
    const hash = `integrations/${account.id}/calendar/preview`;
    const calendars = (await ask(page, 'GET', `/accounts/${account.id}/collections?kind=calendar`)).items;
    const main = calendars.find(one => one.main) ?? calendars[0];
    await ask(page, 'PATCH', `/accounts/${account.id}/settings?kind=calendar`, {calendars: [main.id], direction: 'two-way'});
    gate.shut();
    await visit(page, hash);
    await progress(page).getByText('Looking for changes').waitFor();
    await axe(page);
    await until(async () => (await ask(page, 'GET', `/accounts/${account.id}`)).calendar.run?.mode === 'preview');
    await visit(page, 'contacts');
    await visit(page, `integrations/${account.id}`);
    await page.getByRole('region', {name: 'Calendar Sync'}).waitFor();
    assert.equal(await progress(page).count(), 0, 'it isn’t a sync');
    await visit(page, hash);
    await progress(page).waitFor();
    await shoot(page, 'integrations-preview-progress', {dark: true});
    gate.open();
    await page.locator('.decision', {hasText: 'Coffee with Jana'}).waitFor({timeout: 60000});
    await page.locator('.count-chip').first().waitFor();
    assert.equal(await progress(page).count(), 0);
    const previews = (await ask(page, 'GET', `/accounts/${account.id}/runs?kind=calendar`)).items.filter(run => run.mode === 'preview');
    assert.equal(previews.length, 1, 'it wasn’t begun again');
    await closePage(page);
});

test('it tells phase and number as the server does, and in German', async () => {
    const page = await openPage(browser, world);
    await signIn(page, 'anna');
    await page.evaluate(() => localStorage.setItem('language', 'de'));
    const account = (await ask(page, 'GET', '/accounts')).items[0];
    const now = {...account, calendar: {...account.calendar, run: {id: account.id, account: account.id, kind: 'calendar', mode: 'preview',
        phase: 'planning', done: 150, all: 1200, counts: {}, started: new Date().toISOString(), ended: null, cause: ''}}};
    await page.route('**/api/v1/events', route => route.fulfill({contentType: 'text/event-stream',
        body: `retry: 500\n\nevent: account\ndata: ${JSON.stringify(now)}\n\n`}));
    let release;
    const held = new Promise(resolve => { release = resolve; });
    await page.route('**/preview?*', async route => { await held; await route.continue(); });
    await page.goto('about:blank');
    await page.goto(`/console/#/integrations/${account.id}/calendar/preview`);
    await progress(page).getByText('Entscheidet, was zu tun ist – 150 von 1.200').waitFor();
    assert.equal(await progress(page).locator('progress').getAttribute('max'), '1200');
    await shoot(page, 'integrations-preview-progress-german');
    await axe(page);
    release();
    await page.locator('.decision').first().waitFor({timeout: 60000});
    await closePage(page);
});

test('a preview that another page began is waited for, and one that fails says why', async () => {
    const page = await openPage(browser, world, {expects: [/status of (409|503)/]});
    await signIn(page, 'anna');
    const account = (await ask(page, 'GET', '/accounts')).items[0];
    await page.route('**/preview?*', route => route.request().method() === 'POST'
        ? route.fulfill({status: 503, contentType: 'application/problem+json', body: JSON.stringify({status: 503, detail: 'the provider takes too long to answer'})})
        : route.continue());
    await visit(page, `integrations/${account.id}/calendar/preview`);
    await page.getByText('The provider takes too long to answer.').waitFor();
    await page.unroute('**/preview?*');
    await page.getByRole('button', {name: 'Try again'}).click();
    await page.locator('.decision').first().waitFor({timeout: 60000});
    await closePage(page);
});
