// Steps of the calendar's tests. In a week of 2031, where the demo has little.
import {openPage, signIn} from './browser.mjs';
import {passwords} from './world.mjs';

export const monday = '2031-03-03';

/** @returns calendar(options, hash, login): a page that shows it. @param started  {browser, world} */
export const calendars = started => async function(options, hash = `view=week&date=${monday}`, login = 'ben') {
    const page = await openPage(started.browser, started.world, options);
    if (options?.locale) await signInIn(page, login);
    else await signIn(page, login);
    await page.locator('.cal-place > *').first().waitFor();
    if (hash) await go(page, hash);
    return page;
};
/** In whatever language. */
async function signInIn(page, login) {
    await page.goto('/console/');
    await page.locator('[name=login]').fill(login);
    await page.locator('[name=password]').fill(passwords[login]);
    await page.keyboard.press('Enter');
}
export async function go(page, hash) {
    await page.evaluate(wanted => { location.hash = wanted; }, `#/calendar?${hash}`);
    await page.locator('.cal-grid, .cal-agenda').first().waitFor();
    await page.waitForLoadState('networkidle');
}
/** As the page itself calls the API, with its session. */
export const call = (page, method, path, body) => page.evaluate(async ([verb, where, what]) => {
    const {send} = await import(document.querySelector('link[href$="/lib/api.js"]').href);
    const response = await send(verb, where, {body: what});
    return response.status === 204 ? null : response.json();
}, [method, path, body]);
export const make = (page, body) => call(page, 'POST', '/activities', {zone: 'Europe/Berlin', type: 'call', ...body});
export const gone = async (page, ...made) => { for (const one of made) await call(page, 'DELETE', `/activities/${one.id}`); };
export const toast = (page, text) => page.locator('.toast-box', {hasText: text}).last().waitFor();
export const column = (page, day) => page.locator(`.cal-column[data-day="${day}"]`);
export const events = (page, subject) => page.locator('button.ev', {hasText: subject});
export const told = (page, subject) => events(page, subject).evaluateAll(all => all.map(one => one.getAttribute('aria-label')));
/** What was said before is no answer to what comes. */
export const clear = page => page.evaluate(() => document.querySelectorAll('.toast-box').forEach(box => box.remove()));
export async function undo(page) {
    const last = page.locator('.toast-box').last().getByRole('button', {name: 'Undo'});
    await last.waitFor();
    await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('.toast-box')], {length} = boxes;
        boxes[length - 1].querySelector('.btn-link').click();
        boxes.forEach(box => box.remove());
    });
    await toast(page, 'Undone.');
}
/** With the mouse, from a place in one element by days and hours. */
export async function drag(page, from, {days = 0, hours = 0, edge = false, steps = 6, drop = true} = {}) {
    await clear(page);
    await from.scrollIntoViewIfNeeded();
    const box = await from.boundingBox();
    const body = await page.locator('.cal-body').boundingBox(), width = (await column(page, monday).boundingBox()).width;
    const x = box.x + 12, y = edge ? box.y + box.height - 3 : box.y + 6;
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + days * width, y + hours * body.height / 24, {steps});
    if (drop) await page.mouse.up();
}
