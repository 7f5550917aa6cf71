// The calendar: main paths, what fails, keyboard, phone, a full week. In a week of 2031, where the demo has little.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, openPage, phone, shoot, signIn, tabTo} from './support/browser.mjs';
import {tasksOf} from './support/tracing.mjs';
import {passwords, startWorld} from './support/world.mjs';

const monday = '2031-03-03', hostile = '<img src=x onerror="document.title=\'hacked\'">';
let browser, world;
before(async () => { [browser, world] = await Promise.all([launch(), startWorld()]); });
after(async () => { await browser?.close(); await world?.stop(); });

async function calendar(options, hash = `view=week&date=${monday}`, login = 'ben') {
    const page = await openPage(browser, world, options);
    if (options?.locale) await signInIn(page, login);
    else await signIn(page, login);
    await page.locator('.cal-place > *').first().waitFor();
    if (hash) await go(page, hash);
    return page;
}
/** In whatever language. */
async function signInIn(page, login) {
    await page.goto('/console/');
    await page.locator('[name=login]').fill(login);
    await page.locator('[name=password]').fill(passwords[login]);
    await page.keyboard.press('Enter');
}
async function go(page, hash) {
    await page.evaluate(wanted => { location.hash = wanted; }, `#/calendar?${hash}`);
    await page.locator('.cal-grid, .cal-agenda').first().waitFor();
    await page.waitForLoadState('networkidle');
}
/** As the page itself calls the API, with its session. */
const call = (page, method, path, body) => page.evaluate(async ([verb, where, what]) => {
    const {send} = await import(document.querySelector('link[href$="/lib/api.js"]').href);
    const response = await send(verb, where, {body: what});
    return response.status === 204 ? null : response.json();
}, [method, path, body]);
const make = (page, body) => call(page, 'POST', '/activities', {zone: 'Europe/Berlin', type: 'call', ...body});
const gone = async (page, ...made) => { for (const one of made) await call(page, 'DELETE', `/activities/${one.id}`); };
const toast = (page, text) => page.locator('.toast-box', {hasText: text}).last().waitFor();
const column = (page, day) => page.locator(`.cal-column[data-day="${day}"]`);
const events = (page, subject) => page.locator('button.ev', {hasText: subject});
const told = (page, subject) => events(page, subject).evaluateAll(all => all.map(one => one.getAttribute('aria-label')));
/** What was said before is no answer to what comes. */
const clear = page => page.evaluate(() => document.querySelectorAll('.toast-box').forEach(box => box.remove()));
async function undo(page) {
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
async function drag(page, from, {days = 0, hours = 0, edge = false, steps = 6, drop = true} = {}) {
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

test('every view is readable for everybody, on a laptop, on a phone, in German and in the dark', async () => {
    const page = await calendar({}, '', 'anna');
    for (const view of ['week', 'day', 'month', 'agenda']) {
        await page.locator(`.cal-views [data-view=${view}]`).click();
        await page.waitForLoadState('networkidle');
        await axe(page);
        await shoot(page, `calendar-${view}`, {dark: view === 'week'});
    }
    await page.getByRole('button', {name: 'New activity'}).click();
    await page.getByRole('dialog').waitFor();
    await axe(page);
    await shoot(page, 'calendar-dialog', {dark: true});
    await page.keyboard.press('Escape');
    await closePage(page);

    const small = await calendar({size: phone, locale: 'de-DE'}, '', 'anna');
    assert.equal(await small.locator('.cal-day').count(), 1, 'a phone begins with a day');
    for (const view of ['day', 'agenda', 'month', 'week']) {
        await small.locator(`.cal-views [data-view=${view}]`).click();
        await small.waitForLoadState('networkidle');
        const wide = await small.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${view} is ${wide} px wider than the phone`);
        assert.ok(!/\bcalendar\.[a-z]/.test(await small.locator('main').innerText()), `${view}: a text is missing`);
    }
    await axe(small, {schemes: ['light']});
    await small.getByRole('button', {name: 'Neue Aktivität'}).click();
    await small.getByRole('dialog').getByLabel('Betreff').fill('Am Telefon');
    assert.ok(!/\bcalendar\.[a-z]/.test(await small.getByRole('dialog').innerText()));
    await small.getByRole('dialog').getByRole('button', {name: 'Speichern'}).click();
    await toast(small, '„Am Telefon“ wurde angelegt.');
    await closePage(small);
});

test('a week begins on the day of the organisation’s region', async () => {
    const page = await calendar();
    assert.match(await page.locator('.cal-day-head').first().innerText(), /Mon\s+3/);
    const admin = await calendar({}, '', 'anna');
    await call(admin, 'PATCH', '/organisation', {region: 'US'});
    await page.reload();
    await page.locator('.cal-day-head').first().waitFor();
    assert.match(await page.locator('.cal-day-head').first().innerText(), /Sun\s+2/);
    await call(admin, 'PATCH', '/organisation', {region: 'DE'});
    await closePage(admin);
    await closePage(page);
});

test('added with a click, moved and resized by dragging, and each step undone', async () => {
    const page = await calendar();
    const tuesday = await column(page, '2031-03-04').boundingBox();
    await page.mouse.click(tuesday.x + 40, tuesday.y + tuesday.height * 14.1 / 24);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Subject').fill('Offer');
    await dialog.getByRole('button', {name: 'Save'}).click();
    await toast(page, '“Offer” was added.');
    assert.deepEqual(await told(page, 'Offer'), ['Offer 14:00 – 15:00, Tuesday 4 March, Meeting']);

    await drag(page, events(page, 'Offer'), {days: 2, hours: -2.2});
    await toast(page, '“Offer” was moved.');
    assert.deepEqual(await told(page, 'Offer'), ['Offer 11:45 – 12:45, Thursday 6 March, Meeting']);
    await undo(page);
    assert.deepEqual(await told(page, 'Offer'), ['Offer 14:00 – 15:00, Tuesday 4 March, Meeting']);

    await drag(page, events(page, 'Offer'), {hours: 1.5, edge: true});
    await toast(page, '“Offer” was moved.');
    assert.deepEqual(await told(page, 'Offer'), ['Offer 14:00 – 16:30, Tuesday 4 March, Meeting']);

    await drag(page, events(page, 'Offer'), {days: 1, hours: 1, drop: false});
    assert.equal(await page.locator('.ev-ghost').count(), 1);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    assert.equal(await page.locator('.ev-ghost').count(), 0);
    assert.equal(await page.getByRole('dialog').count(), 0, 'an abandoned drag opens nothing');
    assert.deepEqual(await told(page, 'Offer'), ['Offer 14:00 – 16:30, Tuesday 4 March, Meeting']);

    await events(page, 'Offer').click();
    await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
    await toast(page, '“Offer” was deleted.');
    assert.deepEqual(await told(page, 'Offer'), []);
    await undo(page);
    assert.deepEqual(await told(page, 'Offer'), ['Offer 14:00 – 16:30, Tuesday 4 March, Meeting']);
    await events(page, 'Offer').click();
    await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
    await closePage(page);
});

test('empty time that is dragged over becomes an activity of that length', async () => {
    const page = await calendar();
    const box = await column(page, '2031-03-05').boundingBox(), hour = box.height / 24;
    await page.mouse.move(box.x + 30, box.y + 13 * hour + 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 30, box.y + 14.7 * hour, {steps: 5});
    await page.mouse.up();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByLabel('Start').inputValue(), '2031-03-05T13:00');
    assert.equal(await dialog.getByLabel('End', {exact: true}).inputValue(), '2031-03-05T14:45');
    await page.keyboard.press('Escape');
    await closePage(page);
});

test('of a series only one, the following, or all are changed', async () => {
    const page = await calendar();
    const made = await make(page, {subject: 'Stand-up', start: '2031-03-03T11:00', end: '2031-03-03T11:30', recurrence: 'FREQ=DAILY;COUNT=7'});
    await page.reload();
    await events(page, 'Stand-up').first().waitFor();
    // "Monday 3 11:00", of each
    const days = () => events(page, 'Stand-up').evaluateAll(all => all.map(one =>
        one.getAttribute('aria-label').replace(/^\D*(\S+) – [^,]*, (\w+ \d+).*$/, '$2 $1')));
    await drag(page, events(page, 'Stand-up').nth(1), {hours: 2});
    await page.getByRole('dialog').getByLabel('Only this one').waitFor();
    await page.getByRole('dialog').getByRole('button', {name: 'Go on'}).click();
    await toast(page, 'was moved');
    assert.deepEqual((await days()).slice(0, 3), ['Monday 3 11:00', 'Tuesday 4 13:00', 'Wednesday 5 11:00']);

    await events(page, 'Stand-up').nth(3).click();
    const dialog = page.getByRole('dialog');
    assert.ok(await dialog.locator('.cal-whole').evaluate(one => one.disabled), 'one occurrence has no rule of its own');
    await dialog.getByLabel('This and the following').check();
    await dialog.getByLabel('Subject').fill('Stand-up late');
    await dialog.getByLabel('Start').fill('2031-03-06T15:00');
    await shoot(page, 'calendar-series');
    await dialog.getByRole('button', {name: 'Save'}).click();
    await toast(page, 'was changed');
    assert.deepEqual(await days(), ['Monday 3 11:00', 'Tuesday 4 13:00', 'Wednesday 5 11:00', 'Thursday 6 15:00',
                                    'Friday 7 15:00', 'Saturday 8 15:00', 'Sunday 9 15:00']);
    assert.equal(await events(page, 'Stand-up late').count(), 4);
    await undo(page);
    assert.equal(await events(page, 'Stand-up late').count(), 0);
    assert.deepEqual((await days()).slice(2, 5), ['Wednesday 5 11:00', 'Thursday 6 11:00', 'Friday 7 11:00']);

    await events(page, 'Stand-up').nth(4).focus();
    await page.keyboard.press('Delete');
    await dialog.getByLabel('All of them').check();
    await dialog.getByRole('button', {name: 'Go on'}).click();
    await toast(page, 'was deleted');
    assert.deepEqual(await days(), []);
    await undo(page);
    assert.equal((await days()).length, 7);
    await gone(page, made);
    await closePage(page);
});

test('what the server refuses is said at its field, and what was moved goes back', async () => {
    const page = await calendar({expects: [/status of 4\d\d/, /ERR_INTERNET_DISCONNECTED/, /ERR_FAILED/]});
    const made = await make(page, {subject: 'Fixed', start: '2031-03-04T11:00', end: '2031-03-04T12:00'});
    await page.reload();
    await events(page, 'Fixed').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('End', {exact: true}).fill('2031-03-04T10:00');
    await dialog.getByRole('button', {name: 'Save'}).click();
    await dialog.locator('[data-field=end] .invalid-feedback').getByText('ends before').waitFor();
    await dialog.getByLabel('End', {exact: true}).fill('2031-03-04T12:30');
    await dialog.getByPlaceholder('Email address').fill('nobody');
    await dialog.getByRole('button', {name: 'Save'}).click();
    await dialog.getByText('“nobody” is no email address.').waitFor();
    await dialog.getByRole('button', {name: 'Cancel'}).click();

    // Somebody else changes it: the page has an old version of it while it is dragged.
    await drag(page, events(page, 'Fixed'), {hours: 2, drop: false});
    await call(page, 'PATCH', `/activities/${made.id}`, {subject: 'Fixed by Anna'});
    await page.mouse.up();
    await toast(page, 'Somebody changed it in the meantime');
    assert.deepEqual(await told(page, 'Fixed'), ['Fixed by Anna 11:00 – 12:00, Tuesday 4 March, Call']);

    await page.context().setOffline(true);
    await drag(page, events(page, 'Fixed'), {hours: 2});
    await toast(page, 'The server can’t be reached');
    assert.deepEqual(await told(page, 'Fixed'), ['Fixed by Anna 11:00 – 12:00, Tuesday 4 March, Call'], 'it goes back');
    await page.getByRole('button', {name: 'Forward'}).click();
    await page.getByRole('alert').getByRole('button', {name: 'Try again'}).waitFor();
    await shoot(page, 'calendar-offline');
    await page.context().setOffline(false);
    await page.getByRole('button', {name: 'Try again'}).click({timeout: 2000}).catch(() => {});  // the stream may be quicker
    await page.locator('.cal-grid').waitFor();
    await page.getByRole('button', {name: 'Back'}).click();
    await events(page, 'Fixed').waitFor();
    assert.deepEqual(await told(page, 'Fixed'), ['Fixed by Anna 11:00 – 12:00, Tuesday 4 March, Call']);
    await gone(page, made);
    await closePage(page);
});

test('by keyboard alone one adds, walks, changes, ticks and removes', async () => {
    const page = await calendar();
    await page.locator('h1').focus();
    await tabTo(page, 'New activity');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Typed');
    await tabTo(page, 'Start');
    await page.getByRole('dialog').getByLabel('Start').fill('2031-03-05T19:00');
    await page.keyboard.press('Enter');
    await toast(page, '“Typed” was added.');
    const second = await make(page, {subject: 'Later', start: '2031-03-05T20:30', end: '2031-03-05T21:00'});
    const third = await make(page, {subject: 'Next day', start: '2031-03-06T19:15', end: '2031-03-06T20:00'});
    const task = await make(page, {subject: 'Chore', due: '2031-03-07', kind: 'task'});
    await page.reload();
    await events(page, 'Typed').waitFor();
    await page.locator('h1').focus();
    for (let i = 0; i < 40 && !await page.evaluate(() => document.activeElement.matches('button.ev')); ++i)
        await page.keyboard.press('Tab');
    const here = () => page.evaluate(() => document.activeElement.querySelector('.ev-title')?.textContent);
    while (await here() !== 'Typed') await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await here(), 'Later');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    assert.equal(await here(), 'Next day');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.getByLabel('Subject').fill('Next day, changed');
    await page.keyboard.press('Enter');
    await toast(page, 'was changed');
    await page.waitForFunction(() => document.activeElement.matches('button.ev'));
    assert.equal(await here(), 'Next day, changed', 'the focus is where it was');
    await page.keyboard.press('ArrowRight');
    assert.equal(await here(), 'Chore');
    await page.keyboard.press('Space');
    await toast(page, '“Chore” is done.');
    assert.match((await told(page, 'Chore'))[0], /due Friday 7 March.*done/);
    await events(page, 'Later').focus();
    await page.keyboard.press('Delete');
    await toast(page, '“Later” was deleted.');
    await events(page, 'Typed').focus();
    await page.keyboard.press('Delete');
    await toast(page, '“Typed” was deleted.');
    await gone(page, third, task);
    await closePage(page);
    assert.ok(second.id);
});

test('another zone shows other clocks, types can be left out, and busy times elsewhere are grey', async () => {
    const page = await calendar();
    const made = await make(page, {subject: 'Zoned', start: '2031-03-04T11:00', end: '2031-03-04T12:00'});
    const fair = await make(page, {subject: 'Fair', start: '2031-03-04', end: '2031-03-06'});
    await page.route('**/api/v1/calendar?*', async route => {
        const response = await route.fetch(), answer = await response.json();
        answer.items.push({...answer.items[0], activity: null, etag: null, original: null, subject: null, type: null, series: false,
                           allDay: false, start: '2031-03-05T09:00', end: '2031-03-05T12:00', block: true});
        await route.fulfill({response, json: answer});
    });
    await page.reload();
    await events(page, 'Zoned').waitFor();
    assert.equal(await page.locator('.cal-block[aria-label="Busy 9:00 – 12:00"]').count(), 1);
    await page.getByLabel('Time zone').selectOption('America/New_York');
    await page.waitForLoadState('networkidle');
    assert.deepEqual(await told(page, 'Zoned'), ['Zoned 5:00 – 6:00, Tuesday 4 March, Call']);
    assert.deepEqual(await told(page, 'Fair'), ['Fair, 4 – 5 Mar 2031, Call']);
    await page.getByRole('button', {name: 'Call', exact: true}).click();
    assert.equal(await events(page, 'Zoned').count(), 0);
    await page.getByRole('button', {name: 'Call', exact: true}).click();
    assert.equal(await events(page, 'Zoned').count(), 1);
    await page.getByRole('button', {name: 'Busy elsewhere'}).click();
    assert.equal(await page.locator('.cal-block').count(), 0);
    await page.getByRole('button', {name: 'Busy elsewhere'}).click();
    await gone(page, made, fair);
    await closePage(page);
});

test('text with markup is text', async () => {
    const page = await calendar();
    const made = await make(page, {subject: hostile, location: hostile, notes: hostile, start: '2031-03-04T11:00', end: '2031-03-04T12:00',
        participants: [{email: 'x@y.example', name: hostile}]});
    for (const view of ['week', 'day', 'month', 'agenda']) {
        await go(page, `view=${view}&date=2031-03-04`);
        assert.match(await events(page, 'img').first().innerText(), /<img src=x/);
    }
    await events(page, 'img').first().click();
    assert.equal(await page.getByRole('dialog').getByLabel('Subject').inputValue(), hostile);
    assert.equal(await page.locator('main img, dialog img').count(), 0);
    assert.doesNotMatch(await page.title(), /hacked/);
    await page.keyboard.press('Escape');
    await gone(page, made);
    await closePage(page);
});

test('a colleague’s activity can be read as far as they show it, and not changed', async () => {
    const anna = await calendar({}, '', 'anna');
    const made = await make(anna, {subject: 'Anna’s own', start: '2031-03-04T11:00', end: '2031-03-04T12:00', privacy: 'private'});
    const page = await calendar();
    assert.equal(await events(page, 'Busy').count(), 0);
    await page.getByLabel('Whose activities').selectOption('all');
    const busy = column(page, '2031-03-04').locator('button.ev.ev-veiled');
    await busy.first().waitFor();
    assert.equal(await events(page, 'Anna’s own').count(), 0);
    await busy.first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Busy', {exact: true}).waitFor();
    assert.equal(await dialog.getByRole('button', {name: 'Save'}).count(), 0);
    await page.keyboard.press('Escape');
    await gone(anna, made);
    await closePage(anna);
    await closePage(page);
});

test('one colleague’s calendar is chosen by name, and stays chosen', async () => {
    const anna = await calendar({}, '', 'anna');
    const made = await make(anna, {subject: 'Budget', start: '2031-03-04T11:00', end: '2031-03-04T12:00'});
    const hidden = await make(anna, {subject: 'Dentist', start: '2031-03-05T11:00', end: '2031-03-05T12:00', privacy: 'private'});
    const page = await calendar();
    const own = await make(page, {subject: 'Own', start: '2031-03-04T14:00', end: '2031-03-04T15:00'});
    const whose = page.getByLabel('Whose activities'), name = await anna.evaluate(async () =>
        (await (await fetch('/api/v1/me')).json()).name);
    assert.deepEqual((await whose.locator('option').allInnerTexts()).slice(0, 2), ['My calendar', 'Everybody’s']);
    assert.equal(await whose.locator('optgroup[label=Colleagues] option', {hasText: 'Ben'}).count(), 0, 'one is no colleague of oneself');
    await whose.selectOption({label: name});
    await events(page, 'Budget').waitFor();
    assert.equal(await events(page, 'Own').count(), 0);
    assert.equal(await column(page, '2031-03-05').locator('button.ev.ev-veiled').count(), 1, 'what she doesn’t show is busy time');
    await shoot(page, 'calendar-colleague');
    await page.reload();
    await events(page, 'Budget').waitFor();
    assert.equal(await whose.inputValue(), 'anna');
    await page.getByRole('button', {name: 'New activity'}).click();
    await page.getByRole('dialog').getByLabel('Subject').fill('For me');
    await page.keyboard.press('Enter');
    await toast(page, '“For me” was added to your own calendar.');
    await undo(page);
    // Somebody who isn't there any more.
    await page.evaluate(() => localStorage.setItem('calendar.whose', 'nobody'));
    await page.reload();
    await events(page, 'Own').waitFor();
    assert.equal(await whose.inputValue(), 'mine');
    await gone(anna, made, hidden);
    await gone(page, own);
    await closePage(anna);
    await closePage(page);
});

test('what changes elsewhere is shown without a reload, and not under one’s hands', async () => {
    const page = await calendar(), other = await calendar({}, '');
    const made = await make(page, {subject: 'Shared', start: '2031-03-04T11:00', end: '2031-03-04T12:00'});
    const late = await make(page, {subject: 'Late', start: '2031-03-06T22:00', end: '2031-03-06T23:00'});
    await events(page, 'Late').waitFor();
    const rename = subject => call(other, 'PATCH', `/activities/${made.id}`, {subject});
    const top = () => page.evaluate(() => document.querySelector('.cal-scroll').scrollTop);
    await events(page, 'Late').focus();
    await page.evaluate(() => { document.querySelector('.cal-scroll').scrollTop = 700; });
    const before = await top();
    await rename('Shared again');
    await events(page, 'Shared again').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.querySelector('.ev-title')?.textContent), 'Late', 'the focus stays');
    assert.equal(await top(), before, 'it isn’t scrolled');

    await drag(page, events(page, 'Late'), {hours: -2, drop: false});
    await rename('During a drag');
    await page.waitForTimeout(2500);
    assert.equal(await page.locator('.ev-ghost').count(), 1, 'a drag goes on');
    assert.equal(await events(page, 'During a drag').count(), 0);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await events(page, 'During a drag').waitFor();

    await events(page, 'Late').click();
    await page.getByRole('dialog').getByLabel('Subject').fill('Half writ');
    await rename('Behind a dialog');
    await page.waitForTimeout(2500);
    assert.equal(await page.getByRole('dialog').getByLabel('Subject').inputValue(), 'Half writ');
    assert.equal(await events(page, 'Behind a dialog').count(), 0);
    await page.keyboard.press('Escape');
    await events(page, 'Behind a dialog').waitFor();

    await drag(page, events(page, 'Late'), {hours: -2});
    await toast(page, 'was moved');
    const grid = await page.locator('.cal-grid').elementHandle();
    await page.waitForTimeout(2500);
    assert.ok(await grid.evaluate(one => one.isConnected), 'one’s own change, told back, is no reason to draw again');
    await gone(other, late);
    await page.waitForFunction(() => ![...document.querySelectorAll('.ev-title')].some(one => one.textContent === 'Late'));
    await gone(page, made);
    await closePage(other);
    await closePage(page);
});

test('what lasts for days ends on another one by its right edge, in the week and in the month', async () => {
    const page = await calendar();
    const made = await make(page, {subject: 'Fair', start: '2031-03-04', end: '2031-03-05'});
    await events(page, 'Fair').waitFor();
    const stretch = async (bar, to) => {
        await clear(page);
        const box = await bar.boundingBox(), target = await to.boundingBox();
        await page.mouse.move(box.x + box.width - 3, box.y + box.height / 2);
        await page.mouse.down();
        await page.mouse.move(target.x + target.width / 2, target.y + 20, {steps: 6});
        const marked = await page.locator('.is-target').count();
        await page.mouse.up();
        return marked;
    };
    assert.equal(await stretch(events(page, 'Fair'), column(page, '2031-03-06')), 3, 'the days that it would last');
    await toast(page, '“Fair” was moved.');
    assert.deepEqual(await told(page, 'Fair'), ['Fair, 4 – 6 Mar 2031, Call']);
    assert.equal(await page.locator('.is-target').count(), 0);
    await undo(page);
    assert.deepEqual(await told(page, 'Fair'), ['Fair, Tuesday 4 March, Call']);

    await go(page, `view=month&date=${monday}`);
    const cell = day => page.locator(`.cal-cell[data-day="${day}"]`);
    await stretch(events(page, 'Fair').last(), cell('2031-03-12'));
    await toast(page, '“Fair” was moved.');
    assert.deepEqual(await told(page, 'Fair'), Array(2).fill('Fair, 4 – 12 Mar 2031, Call'), 'over two weeks');
    assert.equal(await page.locator('.ev.can-stretch', {hasText: 'Fair'}).count(), 1, 'only where it ends');
    await stretch(events(page, 'Fair').last(), cell('2031-03-02'));
    await toast(page, '“Fair” was moved.');
    assert.deepEqual(await told(page, 'Fair'), ['Fair, Tuesday 4 March, Call'], 'a day at least');
    await undo(page);
    await stretch(events(page, 'Fair').last(), cell('2031-03-10'));
    await toast(page, '“Fair” was moved.');
    await shoot(page, 'calendar-stretched');
    assert.deepEqual(await told(page, 'Fair'), Array(2).fill('Fair, 4 – 10 Mar 2031, Call'));
    await gone(page, made);
    await closePage(page);
});

test('a block shows whole lines, whatever its length and width', async () => {
    const page = await calendar();
    const subject = 'Coordination of the yearly planning with purchasing and Donaudampfschifffahrt', made = [];
    const at = (day, start, end) => make(page, {subject, start: `2031-03-0${day}T${start}`, end: `2031-03-0${day}T${end}`});
    for (const [start, end] of [['08:00', '08:15'], ['08:30', '09:00'], ['09:00', '09:45'], ['10:00', '11:00'], ['11:00', '12:30'], ['13:00', '16:00']])
        made.push(await at(4, start, end), await at(5, start, end), await at(5, start, end), await at(7, start, end));
    await page.waitForFunction(() => document.querySelectorAll('.cal-column .ev').length >= 24);
    const cut = await page.evaluate(() => [...document.querySelectorAll('.cal-column .ev')].flatMap(ev => {
        const {bottom} = ev.getBoundingClientRect(), title = ev.querySelector('.ev-title');
        const line = parseFloat(getComputedStyle(title).lineHeight), lines = title.clientHeight / line;
        const wrong = [...ev.children].some(part => part.getBoundingClientRect().bottom > bottom + .5) || Math.abs(lines - Math.round(lines)) > .07;
        return wrong ? [`${ev.ariaLabel}: ${lines} lines`] : [];
    }));
    assert.deepEqual(cut, []);
    await shoot(page, 'calendar-lengths', {dark: true});
    await gone(page, ...made);
    await closePage(page);
});

test('a finger that rested moves an activity, one that swipes scrolls', async () => {
    const page = await calendar({size: phone}, `view=day&date=2031-03-04`);
    const made = await make(page, {subject: 'Finger', start: '2031-03-04T11:00', end: '2031-03-04T12:00'});
    await events(page, 'Finger').waitFor();
    const devtools = await page.context().newCDPSession(page);
    const touch = (type, x, y) => devtools.send('Input.dispatchTouchEvent', {type, touchPoints: type === 'touchEnd' ? [] : [{x, y}]});
    const top = () => page.evaluate(() => document.querySelector('.cal-scroll').scrollTop);
    const press = async (rest, by) => {
        await clear(page);
        const box = await events(page, 'Finger').boundingBox(), x = box.x + 60, y = box.y + 15;
        await touch('touchStart', x, y);
        await page.waitForTimeout(rest);
        for (let step = 1; step <= 8; ++step) {
            await touch('touchMove', x, y + by * step / 8);
            await page.waitForTimeout(30);
        }
        await touch('touchEnd');
    };
    const before = await top(), hour = await page.locator('.cal-body').evaluate(one => one.offsetHeight / 24);
    await press(20, -120);
    await page.waitForTimeout(500);
    assert.ok(await top() > before + 60, 'a swipe scrolls');
    assert.deepEqual(await told(page, 'Finger'), ['Finger 11:00 – 12:00, Tuesday 4 March, Call']);
    assert.equal(await page.getByRole('dialog').count(), 0);

    const now = await top();
    await press(600, 1.5 * hour);
    await toast(page, '“Finger” was moved.');
    assert.deepEqual(await told(page, 'Finger'), ['Finger 12:30 – 13:30, Tuesday 4 March, Call']);
    assert.equal(await top(), now, 'and doesn’t scroll');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await undo(page);
    assert.deepEqual(await told(page, 'Finger'), ['Finger 11:00 – 12:00, Tuesday 4 March, Call']);
    await gone(page, made);
    await closePage(page);
});

// The limit is one task of 200 ms; what the machine makes of it is printed, and what decides on it is asserted: three
// elements an event, put into the page once.
test('a week of 500 activities is there in one go', async () => {
    const page = await calendar();
    const made = [];
    for (let i = 0; i < 72; ++i) {
        const start = `${String(7 + i * 7 % 11).padStart(2, '0')}:${['00', '15', '30', '45'][i % 4]}`;
        made.push(await make(page, {subject: `Full ${i}`, start: `${monday}T${start}`, end: `${monday}T${start.slice(0, 2)}:59`,
                                    type: ['call', 'meeting', 'lunch', 'demo', 'email'][i % 5], recurrence: 'FREQ=DAILY;COUNT=7'}));
    }
    await go(page, 'view=day&date=2031-04-01');
    await page.locator('.cal-grid.cal-day').waitFor();
    await page.evaluate(() => {
        window.shift = 0;
        new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) shift += one.value; })
            .observe({type: 'layout-shift'});
    });
    const tracing = await page.context().newCDPSession(page);
    await tracing.send('Performance.enable');
    const figures = async () => Object.fromEntries((await tracing.send('Performance.getMetrics')).metrics.map(one => [one.name, one.value]));
    const before = await figures();
    const tasks = await tasksOf(browser, async () => {
        await go(page, `view=week&date=${monday}`);
        await page.waitForFunction(() => document.querySelectorAll('button.ev').length >= 504);
        await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 300))));
    });
    const now = await figures();
    const {nodes, events: shown, shift} = await page.evaluate(() => ({nodes: document.querySelectorAll('.cal-grid *').length,
        events: document.querySelectorAll('button.ev').length, shift: window.shift}));
    const words = tasks.slice(0, 2).map(one => `${one.cpu.toFixed(0)} ms (style ${one.style.toFixed(0)}, layout ` +
        `${one.layout.toFixed(0)}, paint ${one.paint.toFixed(0)}; by the clock ${one.clock.toFixed(0)})`).join(' and ');
    console.log(`week of ${shown}: ${nodes} elements; the longest tasks on the CPU: ${words}; ` +
                `${now.LayoutCount - before.LayoutCount} layouts; shift ${shift.toFixed(4)}`);
    assert.ok(nodes < shown * 3 + 200, `${nodes} elements`);
    assert.ok(now.LayoutCount - before.LayoutCount <= 12, `${now.LayoutCount - before.LayoutCount} layouts`);
    assert.ok(shift < 0.1, `layout shift ${shift}`);

    const counted = await page.evaluate(() => new Promise(done => {
        let times = 0;
        const watch = new MutationObserver(records => { times += records.filter(one => one.addedNodes.length).length; });
        watch.observe(document.querySelector('.cal-place'), {childList: true, subtree: true});
        document.querySelector('.cal-type').click();
        setTimeout(() => { watch.disconnect(); done(times); }, 500);
    }));
    assert.equal(counted, 1, 'the grid enters the page in one piece');
    await page.locator('.cal-type').first().click();
    await shoot(page, 'calendar-full');
    await drag(page, events(page, 'Full 0').first(), {hours: 1, drop: false});
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await gone(page, ...made);
    await closePage(page);
});
