// What the tests of contacts, companies and deals have in common.
import assert from 'node:assert/strict';
import {openPage} from './browser.mjs';
import {passwords} from './world.mjs';

/** A page in which somebody has signed in, at an address of the console: contacts, deals … */
export async function begin(browser, world, {at = 'contacts', login = 'anna', ...options} = {}) {
    const page = await openPage(browser, world, options);
    await page.goto(`/console/#/${at}`);
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password').fill(passwords[login]);
    await page.keyboard.press('Enter');
    await page.locator('#page h1').first().waitFor();
    return page;
}

/** The API as the page itself asks it, with its session. @returns the JSON of the answer */
export const ask = (page, method, path, body) => page.evaluate(async ([how, where, what]) => {
    const {send} = await import(new URL('lib/api.js', document.querySelector('script[type=module]').src));
    const response = await send(how, where, what === null ? {} : {body: what});
    return response.status === 204 ? null : response.json();
}, [method, path, body ?? null]);

export const make = (page, path, record) => ask(page, 'POST', path, record);

/** Goes there within the console. */
export async function visit(page, hash) {
    await page.evaluate(to => { location.hash = to; }, `#/${hash}`);
    await page.locator('#page h1').first().waitFor();
}

/** Nothing is wider than the screen. */
export async function fits(page) {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} pixels wider than the screen`);
}

/** Asks again and again until the answer is yes, which may take a while. */
export async function until(asked, {seconds = 60} = {}) {
    for (const last = Date.now() + seconds * 1000; !await asked(); await new Promise(later => setTimeout(later, 100)))
        assert.ok(Date.now() < last, `not within ${seconds} s: ${asked}`);
}

export const toast = (page, text) => page.locator('.toast-box', {hasText: text}).last();
