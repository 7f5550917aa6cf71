// Signing in and out, by mouse and by keyboard, and what goes wrong with it.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {axe, closePage, launch, openPage, phone, shoot, signIn, tabTo} from './support/browser.mjs';
import {passwords, startWorld} from './support/world.mjs';

let world, browser;
before(async () => { [world, browser] = await Promise.all([startWorld(), launch()]); });
after(async () => { await browser?.close(); await world?.stop(); });

test('the address of the server leads to the sign-in page, and from there into the console', async () => {
    const page = await openPage(browser, world);
    await page.goto('/');
    await page.getByRole('heading', {name: 'Sign in'}).waitFor();
    await shoot(page, 'sign-in', {dark: true});
    await axe(page);
    await signIn(page);
    await page.getByRole('link', {name: 'My devices'}).click();
    await page.getByRole('heading', {name: 'My devices'}).waitFor();
    await page.getByRole('button', {name: 'Sign out'}).click();
    await page.getByRole('heading', {name: 'Sign in'}).waitFor();
    await closePage(page);
});

test('with the keyboard alone', async () => {
    const page = await openPage(browser, world);
    await page.goto('/console/#/me');
    await page.getByLabel('Login').waitFor();
    await page.keyboard.type('anna');
    await page.keyboard.press('Tab');
    await page.keyboard.type(passwords.anna);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', {name: 'My account'}).waitFor();  // where one wanted to go
    await tabTo(page, 'Sign out');
    await closePage(page);
});

test('a wrong password says so, and keeps the login', async () => {
    const page = await openPage(browser, world);
    await page.goto('/console/');
    await page.getByLabel('Login').fill('ben');
    await page.getByLabel('Password').fill('not it');
    await page.getByRole('button', {name: 'Sign in'}).click();
    await page.getByRole('alert').getByText('don’t belong together').waitFor();
    assert.equal(await page.getByLabel('Login').inputValue(), 'ben');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    await shoot(page, 'sign-in-wrong');
    await closePage(page);
});

test('a session that ended elsewhere asks for the password, and then goes on where one was', async () => {
    const page = await openPage(browser, world), other = await openPage(browser, world);
    await signIn(page);
    await signIn(other);
    await page.goto('/console/#/feeds');
    await page.getByRole('heading', {name: 'Feeds', exact: true}).waitFor();
    await other.goto('/console/#/me');
    await other.getByRole('button', {name: 'Sign out everywhere else'}).click();
    await other.getByText('Signed out everywhere else.').waitFor();
    await page.getByRole('link', {name: 'My account'}).or(page.getByRole('link', {name: 'Anna Berger'})).click();
    await page.getByRole('heading', {name: 'Sign in'}).waitFor();
    await closePage(page);
    await closePage(other);
});

test('without the server the page says so and tries again', async () => {
    const page = await openPage(browser, world, {expects: [/ERR_INTERNET_DISCONNECTED|Failed to load resource/]});
    await signIn(page);
    await page.getByRole('link', {name: 'Feeds'}).click();
    await page.getByRole('heading', {name: 'Feeds', exact: true}).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('link', {name: 'Anna Berger'}).click();
    await page.getByText('can’t be reached').first().waitFor();
    await shoot(page, 'offline');
    await page.context().setOffline(false);
    await page.getByRole('button', {name: 'Try again'}).first().click();
    await page.getByRole('heading', {name: 'My account'}).waitFor();
    await closePage(page);
});

test('on a phone the menu opens and closes', async () => {
    const page = await openPage(browser, world, {size: phone});
    await signIn(page);
    await page.getByRole('button', {name: 'Menu'}).click();
    await page.getByRole('link', {name: 'Feeds'}).waitFor();
    await shoot(page, 'menu');
    await page.getByRole('link', {name: 'Feeds'}).click();
    await page.getByRole('heading', {name: 'Feeds', exact: true}).waitFor();
    assert.equal(await page.getByRole('button', {name: 'Menu'}).getAttribute('aria-expanded'), 'false');
    await closePage(page);
});

test('in German, and back', async () => {
    const page = await openPage(browser, world, {locale: 'de-DE', expects: [/status of 422/]});
    await page.goto('/console/');
    await page.getByRole('heading', {name: 'Anmelden'}).waitFor();
    await page.getByLabel('Benutzername').fill('anna');
    await page.getByLabel('Passwort').fill(passwords.anna);
    await page.keyboard.press('Enter');
    await page.getByRole('link', {name: 'Meine Geräte'}).click();
    await page.getByRole('heading', {name: 'App-Passwörter'}).waitFor();
    await shoot(page, 'devices-german');
    await page.getByRole('button', {name: 'Neues App-Passwort'}).first().click();
    await page.getByRole('button', {name: 'Anlegen', exact: true}).click();
    await page.getByText('Sagen Sie, für welches Gerät').waitFor();  // what the server says, too
    await page.getByRole('button', {name: 'Abbrechen'}).click();
    await page.getByLabel('Sprache').selectOption('en');
    await page.getByRole('heading', {name: 'App passwords'}).waitFor();
    await closePage(page);
});
