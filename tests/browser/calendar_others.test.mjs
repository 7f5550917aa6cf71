// The calendar among others: what colleagues show of theirs, and what changes while one looks.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {closePage, launch, shoot} from './support/browser.mjs';
import {calendars, call, column, drag, events, gone, make, told, toast, undo} from './support/calendar.mjs';
import {startWorld} from './support/world.mjs';

const started = {}, calendar = calendars(started);
before(async () => { [started.browser, started.world] = await Promise.all([launch(), startWorld()]); });
after(async () => { await started.browser?.close(); await started.world?.stop(); });

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

test('a colleague’s busy time moves as it is moved, and nothing else of it is told', async () => {
    const anna = await calendar({}, '', 'anna');
    const made = await make(anna, {subject: 'Dentist', start: '2031-03-04T11:00', end: '2031-03-04T12:00', privacy: 'private'});
    const page = await calendar({}, 'view=week&date=2031-03-03', 'ben');
    await page.getByLabel('Whose activities').selectOption('anna');
    const busy = day => column(page, day).locator('button.ev.ev-veiled');
    await busy('2031-03-04').waitFor();
    const asked = [];
    page.on('request', request => { if (request.url().includes('/api/v1/calendar?')) asked.push(request.url()); });
    await call(anna, 'PATCH', `/activities/${made.id}`, {start: '2031-03-06T15:00', end: '2031-03-06T16:30', zone: 'Europe/Berlin'});
    await busy('2031-03-06').waitFor();
    assert.equal(await busy('2031-03-04').count(), 0);
    assert.equal(await page.getByText('Dentist').count(), 0);
    await page.waitForTimeout(1500);
    asked.length = 0;
    await call(anna, 'PATCH', `/activities/${made.id}`, {subject: 'Surgeon', notes: 'Bring the papers'});
    await page.waitForTimeout(2500);
    assert.deepEqual(asked, [], 'what ben doesn’t see isn’t told');
    await gone(anna, made);
    await busy('2031-03-06').waitFor({state: 'detached'});
    await page.evaluate(() => localStorage.removeItem('calendar.whose'));
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
