// My devices, feeds and my account: what is made there works outside of the browser.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {axe, closePage, launch, openPage, phone, shoot, signIn} from './support/browser.mjs';
import {startWorld} from './support/world.mjs';

let world, browser;
before(async () => { [world, browser] = await Promise.all([startWorld(), launch()]); });
after(async () => { await browser?.close(); await world?.stop(); });

const basic = (login, password) => ({authorization: `Basic ${btoa(`${login}:${password}`)}`});
const principal = (login, password) => fetch(`${world.address}/dav/`, {method: 'PROPFIND', headers: {depth: '0', ...basic(login, password)}});

test('an app password is made, opens calendars, is shown once, and is revoked', async () => {
    const page = await openPage(browser, world, {expects: [/status of 422/]});
    await signIn(page, 'ben');
    await page.goto('/console/#/devices');
    await page.getByRole('button', {name: 'New app password'}).first().click();
    await page.getByRole('button', {name: 'Make it'}).click();
    await page.getByText('say which device or program').waitFor();  // at its field
    await page.getByLabel('Which device or app').fill('Phone <b>of Ben</b>');
    await page.getByLabel('read only').check();
    await shoot(page, 'devices-new');
    await axe(page);
    await page.getByRole('button', {name: 'Make it'}).click();
    const secret = await page.locator('.secret code').textContent();
    assert.equal((await principal('ben', secret)).status, 207);
    await page.getByRole('button', {name: 'Show a QR code'}).click();
    await page.getByRole('img', {name: 'for the camera'}).waitFor();
    await shoot(page, 'devices-secret');
    await page.getByRole('button', {name: 'I have it'}).click();
    await page.getByText('Phone <b>of Ben</b>').waitFor();  // text, not markup
    assert.equal(await page.getByText(secret).count(), 0);
    await shoot(page, 'devices', {dark: true});
    await axe(page);
    await page.getByRole('button', {name: 'Revoke Phone'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Revoke'}).click();
    await page.getByText('No app has a password yet.').waitFor();
    assert.equal((await principal('ben', secret)).status, 401);
    await closePage(page);
});

test('guides name this server, and the profile comes by the session alone', async () => {
    const page = await openPage(browser, world, {size: phone});
    await signIn(page, 'ben');
    await page.goto('/console/#/devices');
    await page.getByText('Android, with DAVx5').click();
    assert.match(await page.getByRole('link', {name: 'Open in DAVx5'}).getAttribute('href'), /^davx5:\/\/ben@127\.0\.0\.1:/);
    await page.getByText('iPhone, iPad, Mac').click();
    await shoot(page, 'devices-guides');
    const [download] = await Promise.all([page.waitForEvent('download'),
                                          page.getByRole('link', {name: 'Download the profile'}).click()]);
    assert.equal(download.suggestedFilename(), 'ben.mobileconfig');
    await closePage(page);
});

test('a feed shows what it was given, gets another address, and ends', async () => {
    const page = await openPage(browser, world);
    await signIn(page, 'anna');
    await page.goto('/console/#/feeds');
    await page.getByRole('button', {name: 'New feed'}).click();
    await page.getByLabel('What is it for?').fill('For the family');
    await page.getByLabel('Busy times').check();
    await shoot(page, 'feeds-new');
    await axe(page);
    await page.getByRole('button', {name: 'Make it'}).click();
    const address = await page.locator('.secret code').textContent();
    const calendar = await (await fetch(address)).text();
    assert.match(calendar, /BEGIN:VEVENT/);
    assert.deepEqual([...new Set(calendar.match(/^SUMMARY:.*$/gm).map(line => line.trim()))], ['SUMMARY:Busy']);
    await page.getByRole('button', {name: 'I have it'}).click();
    await page.getByRole('button', {name: 'New address: For the family'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'New address'}).click();
    await page.getByText('Whoever has this address').waitFor();
    assert.equal((await fetch(address)).status, 404);
    await page.getByRole('button', {name: 'I have it'}).click();
    await shoot(page, 'feeds');
    await axe(page);
    await page.getByRole('button', {name: 'Revoke: For the family'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Revoke'}).click();
    await page.getByText('There are no feeds.').waitFor();
    await closePage(page);
});

test('the own password is changed, and what is wrong with it stands at its field', async () => {
    const page = await openPage(browser, world, {expects: [/status of 422/]});
    await signIn(page, 'clara');
    await page.goto('/console/#/me');
    await page.getByLabel('Current password').fill('clara-shows-the-demo');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', {name: 'Change password'}).click();
    await page.getByText('needs at least 10 characters').waitFor();
    await shoot(page, 'me', {dark: true});
    await axe(page);
    await page.getByLabel('New password').fill('a longer one of mine');
    await page.getByRole('button', {name: 'Change password'}).click();
    await page.getByText('Saved.').waitFor();
    assert.equal((await principal('clara', 'clara-shows-the-demo')).status, 401);
    assert.equal((await principal('clara', 'a longer one of mine')).status, 207);
    await closePage(page);
});
