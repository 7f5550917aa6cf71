// The calendar by mouse and finger: what is dragged is moved, made longer or added, and each step can be undone.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {closePage, launch, phone, shoot} from './support/browser.mjs';
import {calendars, clear, column, drag, events, go, gone, make, monday, told, toast, undo} from './support/calendar.mjs';
import {startWorld} from './support/world.mjs';

const started = {}, calendar = calendars(started);
before(async () => { [started.browser, started.world] = await Promise.all([launch(), startWorld()]); });
after(async () => { await started.browser?.close(); await started.world?.stop(); });

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
