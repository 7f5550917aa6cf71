// Google and Outlook, with their sign-in pages: stand-ins that behave as they do.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, openPage, shoot, signIn} from './support/browser.mjs';
import {startStandins} from './support/standins.mjs';
import {startWorld} from './support/world.mjs';

let browser, standins, world;
before(async () => {
    standins = await startStandins();
    [browser, world] = await Promise.all([launch(), startWorld({env: standins.env})]);
});
after(async () => { await browser?.close(); await world?.stop(); await standins?.stop(); });

async function opened(options, login = 'anna') {
    const page = await openPage(browser, world, options);
    // The sign-in page is another server's, and it is to be one.
    page.faults.push = function (...faults) {
        return Array.prototype.push.apply(this, faults.filter(fault => !fault.includes(standins.address)));
    };
    await signIn(page, login);
    return page;
}
const panel = (page, name) => page.getByRole('region', {name});
const status = (page, name, text) => panel(page, name).locator('.badge', {hasText: text}).waitFor({timeout: 150000});

async function toSignInPage(page, provider) {
    await page.goto('/console/#/integrations/new');
    await page.getByRole('radio', {name: provider}).check();
    await page.getByRole('button', {name: 'Connect'}).click();
    await page.getByRole('heading', {name: `Sign in to ${provider.split(' ')[0]}`}).waitFor();
}

test('Google: sign-in page and back, both syncs, the brake, a lost permission and back again', async () => {
    const page = await opened({expects: [/status of 404 \(OK\)/]});  // the sign-in page has no icon
    await toSignInPage(page, 'Google');
    await page.getByRole('link', {name: 'Cancel'}).click();
    await page.getByText('The sign-in was cancelled').waitFor();
    await shoot(page, 'integrations-sign-in-cancelled');

    await toSignInPage(page, 'Google');
    await page.getByRole('link', {name: /^Allow as/}).click();
    await status(page, 'Calendar Sync', 'Authorised');
    assert.match(page.url(), /\/console\/#\/integrations\/[0-9a-f-]{36}$/);

    await panel(page, 'Calendar Sync').getByRole('link', {name: 'Set up'}).click();
    await page.getByRole('radio', {name: 'Two-Way Sync'}).check();
    await page.getByRole('button', {name: 'Start Syncing'}).click();
    await status(page, 'Calendar Sync', 'Active');

    await panel(page, 'Contact Sync').getByRole('link', {name: 'Set up'}).click();
    await page.getByLabel('Group').waitFor();
    assert.deepEqual(await page.getByLabel('Group').locator('option').allInnerTexts(), ['All Contacts', 'Starred Contacts']);
    await page.getByRole('button', {name: 'Start Syncing'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Enable Contact Sync'}).click();
    await status(page, 'Contact Sync', 'Active');
    await panel(page, 'Contact Sync').getByText('40 contacts in step').waitFor();
    await shoot(page, 'integrations-google', {dark: true});

    // Thirty of forty are deleted there: the run waits for a yes, and says which they are (G6).
    await standins.does('google/forget');
    await panel(page, 'Contact Sync').getByRole('button', {name: 'Sync', exact: true}).click();
    await status(page, 'Contact Sync', 'needs confirmation');
    await shoot(page, 'integrations-paused');
    await panel(page, 'Contact Sync').getByRole('link', {name: 'See what would be deleted'}).click();
    await page.locator('.decision').first().waitFor({timeout: 150000});
    assert.equal(await page.locator('.decision').count(), 30);
    await axe(page);
    await shoot(page, 'integrations-brake');
    await page.getByRole('button', {name: 'Delete these'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Delete these'}).click();
    await panel(page, 'Contact Sync').getByText('10 contacts in step').waitFor({timeout: 150000});

    // The permission is taken back at Google: it shows, and a sign-in mends it (I8).
    await standins.does('google/revoke');
    await panel(page, 'Calendar Sync').getByRole('button', {name: 'Sync', exact: true}).click();
    await page.getByRole('button', {name: 'Reconnect'}).waitFor({timeout: 150000});
    await axe(page);
    await shoot(page, 'integrations-reconnect');
    await page.getByRole('button', {name: 'Reconnect'}).click();
    await page.getByRole('link', {name: /^Allow as/}).click();
    await status(page, 'Calendar Sync', 'Active');
    await closePage(page);
});

test('Outlook: sign-in page and back, a preview, and a sync', async () => {
    const page = await opened({}, 'ben');
    await toSignInPage(page, 'Microsoft Outlook');
    await page.getByRole('link', {name: /^Allow as/}).click();
    await status(page, 'Calendar Sync', 'Authorised');
    await panel(page, 'Calendar Sync').getByRole('link', {name: 'Set up'}).click();
    await page.getByRole('radio', {name: 'Two-Way Sync'}).check();
    await page.getByRole('button', {name: 'Preview'}).click();
    await page.locator('.decision', {hasText: 'Offer for Contoso'}).waitFor({timeout: 150000});
    await page.getByRole('button', {name: 'Start Syncing'}).click();
    await status(page, 'Calendar Sync', 'Active');
    await closePage(page);
});

test('a sign-in that another browser began isn’t finished here', async () => {
    const page = await opened({expects: [/status of 403/]});
    await toSignInPage(page, 'Google');
    const way = await page.getByRole('link', {name: /^Allow as/}).getAttribute('href');
    const other = await opened({expects: [/status of 403/]}, 'ben');
    await other.goto(`${standins.address}/google${way}`);
    await other.getByText('This sign-in was begun in another browser').waitFor();
    await axe(other);
    await shoot(other, 'sign-in-failed', {dark: true});
    await other.evaluate(() => localStorage.setItem('language', 'de'));
    await other.reload();
    await other.getByRole('heading', {name: 'Nicht verbunden'}).waitFor();
    await other.getByText('Diese Anmeldung wurde in einem anderen Browser begonnen').waitFor();
    assert.equal(await other.title(), 'Nicht verbunden');
    assert.equal(await other.evaluate(() => document.documentElement.lang), 'de');
    await shoot(other, 'sign-in-failed-german');
    for (const [query, words] of [['error=access_denied', 'Die Anmeldung wurde abgebrochen.'], ['error=server_error', 'ist gestört'],
                                  ['error=<b>x</b>', 'Google lehnt die Anmeldung ab: <b>x</b>'], ['code=1&state=x', 'hier nicht bekannt']]) {
        await other.goto(`/oauth/google/callback?${query}`);
        await other.getByText(words).waitFor();
    }
    await other.getByRole('link', {name: 'Zu den Integrationen'}).click();
    await other.getByRole('heading', {name: 'Integrationen'}).waitFor();
    await other.evaluate(() => localStorage.removeItem('language'));
    await other.goto('/console/#/integrations');
    assert.equal(await other.locator('.account-card', {hasText: 'anna.home@gmail.example'}).count(), 0);
    await closePage(other);
    await closePage(page);
});
