// Chromium, and what every test asks of a page: nothing refused by the policy, no error, nothing serious for axe.
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {chromium} from 'playwright-core';
import {passwords} from './world.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = process.env.CRMDAV_SCREENSHOTS;

export const laptop = {width: 1280, height: 800}, phone = {width: 390, height: 844};

export const launch = () => chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
           '--disable-component-update', '--disable-sync'],
});

/**
 * A browser of its own (cookies, storage) with one page.
 * @param options.expects  patterns of what the page may write to its console as errors: refused requests
 */
export async function openPage(browser, world, {size = laptop, locale = 'en-GB', dark = false, expects = []} = {}) {
    const context = await browser.newContext({viewport: size, locale, timezoneId: 'Europe/Berlin', baseURL: world.address,
        colorScheme: dark ? 'dark' : 'light', hasTouch: size === phone});
    context.setDefaultTimeout(30000);
    const page = await context.newPage();
    const faults = [];
    page.on('pageerror', error => faults.push(`error: ${error.message}`));
    page.on('console', message => {
        if (message.type() === 'error' && !expects.some(pattern => pattern.test(message.text())))
            faults.push(message.text());
    });
    page.on('request', request => {
        const url = new URL(request.url());
        if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== world.address)
            faults.push(`asked another server: ${url}`);
    });
    page.faults = faults;
    return page;
}

/** Ends it, and says what went wrong in it. */
export async function closePage(page) {
    const faults = page.faults.filter(fault => !/status of 401/.test(fault));  // who is signed in? Nobody.
    await page.context().close();
    assert.deepEqual(faults, []);
}

export async function signIn(page, login = 'anna', password = passwords[login]) {
    await page.goto('/console/');
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.locator('nav').waitFor({state: 'attached'});
}

/** Pictures at both sizes, in build/screenshots; dark too where asked. The page's size is as before afterwards. */
export async function shoot(page, name, {dark = false} = {}) {
    if (!screenshots) return;
    mkdirSync(screenshots, {recursive: true});
    const before = page.viewportSize();
    for (const [size, suffix] of [[laptop, ''], [phone, '-phone']]) {
        await page.setViewportSize(size);
        await page.screenshot({animations: 'disabled', path: path.join(screenshots, `${name}${suffix}.png`)});
    }
    await page.setViewportSize(before);
    if (!dark) return;
    await page.emulateMedia({colorScheme: 'dark'});
    await page.screenshot({animations: 'disabled', path: path.join(screenshots, `${name}-dark.png`)});
    await page.emulateMedia({colorScheme: 'light'});
}

/** Nothing serious or critical for people with disabilities, in the light and in the dark. */
export async function axe(page, {schemes = ['light', 'dark']} = {}) {
    for (const colorScheme of schemes) {
        await page.emulateMedia({colorScheme, reducedMotion: 'reduce'});  // no colour on its way to another
        // Not as a script element, which the policy refuses.
        const found = await page.evaluate(`(async () => { ${axeSource};
            const {violations} = await axe.run(document, {resultTypes: ['violations']});
            return violations.filter(one => ['serious', 'critical'].includes(one.impact))
                .map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 120) + ' ' +
                    (node.any[0]?.message ?? '')).slice(0, 3).join(' | ')); })()`);
        assert.deepEqual(found, [], `axe, ${colorScheme}`);
    }
    await page.emulateMedia({colorScheme: 'light'});
}

/** Presses Tab until the focus is on what has this name. */
export async function tabTo(page, name, most = 60) {
    for (let i = 0; i < most; ++i) {
        await page.keyboard.press('Tab');
        const here = await page.evaluate(() => {
            const at = document.activeElement;
            const label = at?.labels?.[0]?.textContent ?? '';
            return `${at?.getAttribute('aria-label') ?? ''} ${label} ${at?.textContent ?? ''}`.trim();
        });
        if (here.includes(name)) return;
    }
    assert.fail(`Tab never came to ${name}`);
}
