// Integrations, against the demo's own account: connect, preview, start, watch, journal, undo; by keyboard alone; on a
// phone; and what goes wrong.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, laptop, launch, openPage, phone, shoot, signIn, tabTo} from './support/browser.mjs';
import {startWorld} from './support/world.mjs';

let browser, world;
before(async () => { [browser, world] = await Promise.all([launch(), startWorld()]); });
after(async () => { await browser?.close(); await world?.stop(); });

const elsewhere = {login: 'elsewhere', password: 'elsewhere-shows-the-demo'};

async function opened(options, login = 'anna') {
    const page = await openPage(browser, world, options);
    await page.setViewportSize(laptop);  // where the menu is in sight
    await signIn(page, login);
    await page.setViewportSize(options?.size ?? laptop);
    await page.goto('/console/#/integrations');
    await page.getByRole('heading', {name: 'Integrations'}).waitFor();
    return page;
}
const panel = (page, name) => page.getByRole('region', {name});
const status = (page, name, text) => panel(page, name).locator('.badge', {hasText: text}).waitFor({timeout: 150000});

/** Fills in the form that connects the account that the demo has of itself. */
async function connectElsewhere(page, password = elsewhere.password) {
    await page.getByRole('link', {name: 'Add New Account'}).first().click();
    await page.getByRole('radio', {name: 'CalDAV/CardDAV'}).check();
    await page.getByRole('button', {name: 'Connect'}).click();
    await page.getByLabel('Address of the server').fill(`${world.address}/`);
    await page.getByLabel('Login', {exact: true}).fill(elsewhere.login);
    await page.getByLabel('App password').fill(password);
    await page.getByRole('button', {name: 'Connect'}).click();
}

test('an account is previewed, started, watched; its journal is read, an action and a run are undone', async () => {
    const page = await opened();
    await axe(page);
    await shoot(page, 'integrations', {dark: true});
    await page.getByRole('link', {name: 'CalDAV/CardDAV'}).click();
    await status(page, 'Calendar Sync', 'Authorised');
    await axe(page);
    await shoot(page, 'integrations-account');

    // Settings, with the warning of B11, and back without anything being synced.
    await panel(page, 'Calendar Sync').getByRole('link', {name: 'Set up'}).click();
    await page.getByText('Every guest of the event can read').waitFor();
    await axe(page);
    await shoot(page, 'integrations-calendar-settings', {dark: true});
    await page.getByRole('radio', {name: 'Two-Way Sync'}).check();
    await page.getByRole('button', {name: 'Preview'}).click();
    await page.locator('.decision', {hasText: 'Coffee with Jana'}).waitFor({timeout: 60000});
    await axe(page);
    await shoot(page, 'integrations-preview');
    await page.getByLabel('Search titles and reasons').fill('trade');
    await page.locator('.decision', {hasText: 'Coffee with Jana'}).waitFor({state: 'detached'});
    assert.match(await page.locator('.decision').first().innerText(), /Trade fair/);
    await page.getByRole('button', {name: 'Start Syncing'}).click();
    await status(page, 'Calendar Sync', 'Active');
    await page.getByText(/Last sync/).first().waitFor();

    // Sync Metrics tell where things went, on hover, focus and tap.
    const added = panel(page, 'Calendar Sync').getByRole('button', {name: /Added Today/});
    assert.ok(Number((await added.locator('strong').innerText()).replace(/\D/g, '')) > 0);
    const details = panel(page, 'Calendar Sync').getByText('in the CRM').first();
    assert.ok(!await details.isVisible());
    await added.hover();
    await details.waitFor({state: 'visible'});
    await shoot(page, 'integrations-active', {dark: true});
    await axe(page);

    // The journal: search, fields, undo of one and of all.
    await page.getByRole('link', {name: 'Runs and journal'}).click();
    const choir = page.locator('.entries .decision', {hasText: 'Choir'});
    await choir.waitFor();
    await axe(page);
    await shoot(page, 'integrations-journal');
    await page.getByLabel('Search the journal').fill('choir');
    await page.locator('.entries .decision', {hasText: 'Trade fair'}).waitFor({state: 'detached'});
    await page.getByRole('button', {name: 'Undo: Choir'}).click();
    await page.getByText('1 action was undone.').waitFor();
    await choir.locator('.badge', {hasText: 'undone'}).waitFor();
    await page.getByLabel('Search the journal').fill('');
    await page.getByRole('button', {name: /^Undo the run of/}).last().click();
    await page.getByRole('dialog').getByRole('button', {name: 'Undo the run'}).click();
    await page.getByText(/actions? w(as|ere) undone/).last().waitFor();
    await page.locator('.runs .badge', {hasText: /^undone$/}).waitFor();
    await closePage(page);
});

test('guests become contacts, or there is a default calendar, whose triggers are offered with it', async () => {
    const page = await opened({expects: [/status of 422/]});
    await page.evaluate(async () => {
        const {send} = await import(new URL('lib/api.js', document.querySelector('script[type=module]').src));
        for (const [key, members] of [['intro', ['anna']], ['others', ['ben']]])
            await send('POST', '/calendars', {body: {key, name: `Calendar ${key}`, members, duration: 30}});
    });
    await page.getByRole('link', {name: 'CalDAV/CardDAV'}).click();
    const settings = async () => {
        await panel(page, 'Calendar Sync').getByRole('link', {name: 'Change Settings'}).click();
        await page.getByRole('radio', {name: 'Smart Sync'}).waitFor();
    };
    await settings();
    const creation = page.getByLabel('Allow contact creation'), calendar = page.getByLabel('Default calendar'), trigger = page.getByLabel('Allow trigger');
    assert.equal(await trigger.isVisible(), false);
    assert.deepEqual(await calendar.locator('option').allInnerTexts(), ['None', 'Calendar intro']);
    await creation.uncheck();
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('must be chosen where guests don').waitFor();
    await calendar.selectOption({label: 'Calendar intro'});
    await trigger.check();
    await axe(page);
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('Last sync').first().waitFor();
    await settings();
    assert.equal(await trigger.isChecked(), true);
    assert.equal(await creation.isChecked(), false);
    await creation.check();
    await calendar.selectOption({label: 'None'});
    await trigger.waitFor({state: 'hidden'});
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('Last sync').first().waitFor();
    await closePage(page);
});

test('a button that is held down while the page hears of something is pressed all the same', async () => {
    const page = await opened();
    await page.getByRole('link', {name: 'CalDAV/CardDAV'}).click();
    const button = panel(page, 'Calendar Sync').getByRole('button', {name: 'Sync', exact: true});
    await button.hover();
    await page.mouse.down();
    const heard = page.evaluate(async () => {
        const {on} = await import(new URL('lib/live.js', document.querySelector('script[type=module]').src));
        await new Promise(resolve => on('account', resolve));
    });
    await page.evaluate(async () => {
        const {send} = await import(new URL('lib/api.js', document.querySelector('script[type=module]').src));
        await send('POST', `/accounts/${location.hash.split('/')[2]}/sync`, {params: {kind: 'calendar'}, body: {}});
    });
    await heard;
    await Promise.all([page.waitForRequest(/\/sync\?/), page.mouse.up()]);
    await closePage(page);
});

test('contacts ask once more, and stop again', async () => {
    const page = await opened();
    await page.getByRole('link', {name: 'CalDAV/CardDAV'}).click();
    await panel(page, 'Contact Sync').getByRole('link', {name: 'Set up'}).click();
    await page.getByText('At most 25,000 contacts').first().waitFor();
    await axe(page);
    await shoot(page, 'integrations-contact-settings');
    await page.getByRole('button', {name: 'Start Syncing'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
    await page.getByRole('button', {name: 'Start Syncing'}).click();
    await shoot(page, 'integrations-enable-contacts');
    await page.getByRole('dialog').getByRole('button', {name: 'Enable Contact Sync'}).click();
    await status(page, 'Contact Sync', 'Active');
    await panel(page, 'Contact Sync').getByRole('button', {name: 'Stop Sync'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Stop Sync'}).click();
    await page.getByRole('heading', {name: 'Add New Account'}).waitFor();  // A8
    await page.goto('/console/#/integrations');
    await page.locator('.account-card .badge', {hasText: 'Stopped'}).waitFor();
    await closePage(page);
});

test('a wrong password and a server that refuses are said at the form', async () => {
    const page = await opened({expects: [/status of [45]/]}, 'ben');
    await page.getByRole('heading', {name: 'No account is connected yet'}).waitFor();
    await shoot(page, 'integrations-none');
    await connectElsewhere(page, 'wrong');
    await page.getByRole('alert').filter({hasText: /./}).waitFor();
    await axe(page);
    await shoot(page, 'integrations-wrong-password');
    await page.getByLabel('Address of the server').fill('http://127.0.0.1:1/');
    await page.getByRole('button', {name: 'Connect'}).click();
    await page.getByRole('alert').filter({hasText: /./}).waitFor();
    await page.getByLabel('Login', {exact: true}).fill('');
    await page.getByRole('button', {name: 'Connect'}).click();
    await page.getByText('must say who signs in there').waitFor();
    // Google isn't set up in the demo: an administrator is named, not an error.
    await page.goto('/console/#/integrations/new');
    await page.getByRole('radio', {name: 'Google'}).check();
    await page.getByRole('button', {name: 'Connect'}).click();
    await page.getByText(/isn't set up here yet/).waitFor();
    await closePage(page);
});

test('by keyboard alone: connect, start, undo', async () => {
    const page = await opened({}, 'clara');
    const press = async (name, key = 'Enter') => { await tabTo(page, name); await page.keyboard.press(key); };
    await press('Add New Account');
    await page.getByRole('heading', {name: 'Add New Account'}).waitFor();
    await tabTo(page, 'Google');
    for (let i = 0; i < 3; ++i) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByLabel('Address of the server').waitFor();
    await tabTo(page, 'Address of the server');
    await page.keyboard.type(`${world.address}/`);
    await tabTo(page, 'Login');
    await page.keyboard.type(elsewhere.login);
    await tabTo(page, 'App password');
    await page.keyboard.type(elsewhere.password);
    await page.keyboard.press('Enter');
    await status(page, 'Calendar Sync', 'Authorised');
    await press('Set up');
    await page.getByRole('radio', {name: 'One-Way Sync'}).waitFor();
    await tabTo(page, 'One-Way Sync');
    await page.keyboard.press('ArrowDown');
    await press('Start Syncing');
    await status(page, 'Calendar Sync', 'Active');
    await press('Runs and journal');
    await page.locator('.entries .decision').first().waitFor();
    await press('Undo: ');
    await page.getByText(/action was undone|possible/).first().waitFor();
    await closePage(page);
});

test('admins see everybody’s accounts, and not what is private in them', async () => {
    const page = await opened();
    await page.getByLabel('Accounts of').selectOption({label: 'Everybody'});
    await page.locator('.account-card', {hasText: 'of clara'}).waitFor();
    await shoot(page, 'integrations-everybody');
    await page.getByLabel('Accounts of').selectOption('clara');
    await page.waitForURL(/user=clara/);
    await page.locator('.account-card', {hasText: 'elsewhere'}).and(page.locator(':not(:has-text("of clara"))')).waitFor({state: 'detached'});
    await page.getByRole('link', {name: 'CalDAV/CardDAV'}).click();
    await page.getByRole('link', {name: 'Runs and journal'}).click();
    await page.locator('.entries .decision').first().waitFor();
    assert.ok(!(await page.locator('.entries').innerText()).includes('Dentist'));
    await closePage(page);
});

test('on a phone', async () => {
    const page = await opened({size: phone});
    await page.getByRole('link', {name: 'CalDAV/CardDAV'}).first().click();
    const added = panel(page, 'Calendar Sync').getByRole('button', {name: /Added Today/});
    await added.tap();
    await panel(page, 'Calendar Sync').getByText('in the CRM').first().waitFor({state: 'visible'});
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'nothing is cut off');
    await page.getByRole('link', {name: 'Runs and journal'}).click();
    await page.locator('.entries .decision').first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'nothing is cut off');
    await axe(page);
    await closePage(page);
});

test('in German', async () => {
    const page = await openPage(browser, world, {locale: 'de-DE'});
    await page.goto('/console/');
    await page.locator('input[name=login]').fill('anna');
    await page.locator('input[name=password]').fill('anna-shows-the-demo');
    await page.keyboard.press('Enter');
    await page.goto('/console/#/integrations');
    await page.getByRole('heading', {name: 'Integrationen'}).waitFor();
    await page.locator('.account-card').first().waitFor();
    await shoot(page, 'integrations-german');
    await closePage(page);
});

test('a disconnect says what stays and what is left to do', async () => {
    const page = await opened({}, 'clara');
    await page.getByRole('link', {name: 'CalDAV/CardDAV'}).click();
    await page.getByRole('button', {name: 'Disconnect'}).click();
    await page.getByRole('dialog').getByText('What was synced stays on both sides').waitFor();
    await page.getByRole('dialog').getByRole('button', {name: 'Disconnect'}).click();
    await page.getByRole('dialog').getByText(/revoke it at the server/).waitFor();
    await shoot(page, 'integrations-disconnected');
    await page.getByRole('dialog').locator('footer').getByRole('button', {name: 'Close'}).click();
    await page.locator('.account-card', {hasText: 'Disconnected'}).waitFor();
    await page.getByRole('link', {name: 'CalDAV/CardDAV'}).click();
    await page.getByRole('button', {name: 'Reconnect'}).click();
    await page.getByLabel('App password').fill(elsewhere.password);
    await page.getByRole('button', {name: 'Connect'}).click();
    await status(page, 'Calendar Sync', /Active|Syncing/);
    await closePage(page);
});
