// The calendar: main paths, what fails, keyboard, phone, a full week.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, phone, shoot, tabTo} from './support/browser.mjs';
import {calendars, call, column, drag, events, go, gone, make, monday, told, toast, undo} from './support/calendar.mjs';
import {tasksOf} from './support/tracing.mjs';
import {startWorld} from './support/world.mjs';

const hostile = '<img src=x onerror="document.title=\'hacked\'">';
const started = {}, calendar = calendars(started);
before(async () => { [started.browser, started.world] = await Promise.all([launch(), startWorld()]); });
after(async () => { await started.browser?.close(); await started.world?.stop(); });

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
    const tasks = await tasksOf(started.browser, async () => {
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
