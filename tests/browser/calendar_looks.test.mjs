// What an activity's state looks like: done, cancelled, private, one of a series; each also where there is little place.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, phone, shoot} from './support/browser.mjs';
import {calendars, events, go, gone, make} from './support/calendar.mjs';
import {startWorld} from './support/world.mjs';

const started = {}, calendar = calendars(started);
before(async () => { [started.browser, started.world] = await Promise.all([launch(), startWorld()]); });
after(async () => { await started.browser?.close(); await started.world?.stop(); });

const states = {'Is plain': {}, 'Is done': {done: true}, 'Is cancelled': {cancelled: true}, 'Is private': {privacy: 'private'},
    'Is both': {done: true, privacy: 'private', recurrence: 'FREQ=DAILY;COUNT=1'}};
async function everyState(page) {
    const made = [];
    for (const [subject, more] of Object.entries(states))
        made.push(await make(page, {subject, start: `2031-03-04T${10 + made.length}:00`, end: `2031-03-04T${11 + made.length}:00`, ...more}));
    for (const done of [false, true])
        made.push(await make(page, {kind: 'task', subject: done ? 'Task ready' : 'Task open', due: '2031-03-06', done}));
    return made;
}
/** How a title is drawn: struck through, and with which marks. */
const drawn = (page, subject) => events(page, subject).first().evaluate(button => ({
    struck: getComputedStyle(button.querySelector('.ev-title')).textDecorationLine === 'line-through',
    marks: [...button.querySelectorAll('.ev-mark')].filter(mark => mark.checkVisibility()).map(mark => mark.className.replace('ev-mark of-', '')),
    back: getComputedStyle(button).backgroundColor,
}));

test('what is done has a check mark and is calm, what is cancelled is struck through', async () => {
    const page = await calendar({dark: false});
    const made = await everyState(page);
    for (const view of ['week', 'day', 'month', 'agenda']) {
        await go(page, `view=${view}&date=2031-03-04`);
        await events(page, 'Is plain').waitFor();
        const plain = await drawn(page, 'Is plain'), done = await drawn(page, 'Is done');
        assert.deepEqual([plain.struck, plain.marks], [false, []], view);
        assert.deepEqual([done.struck, done.marks], [false, ['done']], view);
        if (view !== 'month') assert.notEqual(done.back, plain.back, view);
        if (view === 'month') continue;  // there the others are behind “more”
        assert.deepEqual(await drawn(page, 'Is cancelled').then(one => [one.struck, one.marks]), [true, []], view);
        assert.deepEqual((await drawn(page, 'Is private')).marks, ['private'], view);
        assert.deepEqual((await drawn(page, 'Is both')).marks, ['done', 'private', 'series'], view);
        await shoot(page, `calendar-states-${view}`, {dark: true});
        await axe(page);
    }
    assert.match(await events(page, 'Is done').getAttribute('aria-label'), /done/);
    await gone(page, ...made);
    await closePage(page);
});

test('a month on a phone has place for a title: its tasks are ticked where one opens them', async () => {
    const page = await calendar({size: phone});
    const made = [...await everyState(page), await make(page, {subject: 'Whole day', start: '2031-03-05', end: '2031-03-06', privacy: 'private'})];
    await go(page, 'view=month&date=2031-03-04');
    await events(page, 'Task ready').waitFor();
    assert.equal(await page.locator('.ev-tick:visible').count(), 0);
    assert.deepEqual((await drawn(page, 'Task ready')).marks, ['done']);
    assert.deepEqual((await drawn(page, 'Whole day')).marks, ['private']);
    await axe(page);
    await shoot(page, 'calendar-states-month', {dark: true});
    await events(page, 'Task open').click();
    await page.getByRole('dialog').getByLabel('Done').check();
    await page.getByRole('dialog').getByRole('button', {name: 'Save'}).click();
    await page.locator('.ev.is-done', {hasText: 'Task open'}).waitFor();
    await go(page, 'view=agenda&date=2031-03-04');
    const tick = await page.locator('.ev-task', {hasText: 'Task open'}).locator('.ev-tick').boundingBox();
    assert.ok(tick.width >= 24 && tick.height >= 24, 'a finger meets it');
    await gone(page, ...made);
    await closePage(page);
});
