// The public booking page, on a phone and by keyboard: rules E1, E6, E7. Nobody signs in there.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {axe, closePage, launch, openPage, phone, shoot, signIn} from './support/browser.mjs';
import {passwords, startWorld} from './support/world.mjs';

let world, browser;
before(async () => {
    [world, browser] = await Promise.all([startWorld(), launch()]);
    await api('POST', '/calendars', {key: 'intro', name: 'Intro <b>call</b>', description: 'Half an hour to get to know each other.',
        location: 'Video call', members: ['ben'], questions: [{label: 'What is it about?', kind: 'long', required: true},
            {label: 'Topic', kind: 'choice', choices: ['Prices', 'Product']}, {label: 'Send me news', kind: 'check'}]});
    await api('POST', '/calendars', {key: 'quick', name: 'Quick', members: ['ben']});
});
after(async () => { await browser?.close(); await world?.stop(); });

async function api(method, path, body) {
    const response = await fetch(`${world.address}/api/v1${path}`, {method, body: body && JSON.stringify(body),
        headers: {authorization: `Basic ${btoa(`anna:${passwords.anna}`)}`, 'content-type': 'application/json'}});
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.json();
}
const times = page => page.locator('.book-times button');

test('a time is booked, moved and cancelled on a phone', async () => {
    const page = await openPage(browser, world, {size: phone});
    await page.goto('/book/intro');
    await page.getByRole('heading', {name: 'Intro <b>call</b>'}).waitFor();  // text, not markup
    await times(page).first().waitFor();
    await shoot(page, 'booking', {dark: true});
    await axe(page);
    await times(page).nth(2).click();
    await page.getByRole('button', {name: 'Book'}).click();
    await page.getByText('This is needed.').first().waitFor();  // at its fields; nothing was sent
    await page.getByLabel('Name').fill('Zoe <i>Neu</i>');
    await page.getByLabel('Email address').fill('zoe@neu.example');
    await page.getByLabel('What is it about?').fill('Prices, and a tour');
    await page.getByLabel('Topic').selectOption('Prices');
    await shoot(page, 'booking-form');
    await axe(page);
    await page.getByRole('button', {name: 'Book'}).click();
    await page.getByRole('heading', {name: 'It is booked'}).waitFor();
    await shoot(page, 'booking-done');
    const [booked] = (await api('GET', '/calendars/intro/bookings')).items;
    assert.deepEqual(booked.answers, {'What is it about?': 'Prices, and a tour', Topic: 'Prices'});
    assert.equal((await api('GET', `/activities/${booked.activity}`)).owner, 'ben');

    await page.getByRole('link', {name: 'Move or cancel it'}).click();
    await page.getByRole('button', {name: 'Move'}).click();
    await times(page).nth(5).click();
    await page.getByRole('button', {name: 'Move to'}).click();
    await page.getByText('It was moved.').waitFor();
    await shoot(page, 'booking-moved');
    const [moved] = (await api('GET', '/calendars/intro/bookings')).items;
    assert.equal(moved.id, booked.id);
    assert.notEqual(moved.start, booked.start);
    await page.getByRole('button', {name: 'Cancel the appointment'}).click();
    await axe(page);
    await page.getByRole('button', {name: 'Cancel the appointment'}).click();
    await page.getByText('This appointment was cancelled.').waitFor();
    assert.ok((await api('GET', '/calendars/intro/bookings')).items[0].cancelled);
    await closePage(page);
});

test('by keyboard alone, in German, in another zone', async () => {
    const page = await openPage(browser, world, {locale: 'de-DE'});
    await page.goto('/book/quick');
    await page.getByText('Wählen Sie eine Zeit').waitFor();
    await times(page).first().waitFor();
    const here = await times(page).first().textContent();
    await page.getByLabel('Zeiten gelten für').focus();
    await page.getByLabel('Zeiten gelten für').selectOption('Asia/Tokyo');
    await page.waitForFunction(before => document.querySelector('.book-times button')?.textContent !== before, here);
    for (let steps = 0; steps < 10 && !await times(page).first().evaluate(button => button === document.activeElement); ++steps)
        await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByLabel('Name').waitFor();
    await page.getByLabel('Name').focus();
    await page.keyboard.type('Max Neu');
    await page.keyboard.press('Tab');
    await page.keyboard.type('max@neu.example');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', {name: 'Ihr Termin ist gebucht'}).waitFor();
    assert.equal((await api('GET', '/calendars/quick/bookings')).items[0].zone, 'Asia/Tokyo');
    await closePage(page);
});

test('whoever was slower chooses another time, and what is wrong is said', async () => {
    const page = await openPage(browser, world, {size: phone, expects: [/status of 409/, /status of 404/, /Failed to load/]});
    await page.goto('/book/quick');
    await times(page).first().click();
    const start = (await api('GET', '/calendars/quick/availability')).slots[0];
    await api('POST', '/calendars/quick/bookings', {start, name: 'Ida', email: 'ida@neu.example'});
    await page.getByLabel('Name').fill('Late');
    await page.getByLabel('Email address').fill('late@');
    await page.getByRole('button', {name: 'Book'}).click();
    await page.getByText('An address is written name@domain.').waitFor();
    await page.getByLabel('Email address').fill('late@neu.example');
    await page.getByRole('button', {name: 'Book'}).click();
    await page.getByText('Somebody was quicker').waitFor();
    await times(page).first().waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', {name: 'Later'}).click();
    await page.getByText('There is no connection.').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', {name: 'Try again'}).click();
    await page.goto('/book/nothing');
    await page.getByText('There is nothing to book at this address.').waitFor();
    await axe(page);
    await closePage(page);
});

test('a calendar is made in the console, changed, looked into and deleted; hours are set', async () => {
    const page = await openPage(browser, world, {expects: [/status of 422/]});
    await signIn(page, 'anna');
    await page.goto('/console/#/booking');
    await page.getByRole('button', {name: 'New appointment calendar'}).click();
    await page.getByLabel('Name', {exact: true}).fill('Demo für Käufer');
    assert.equal(await page.getByLabel('Address').inputValue(), 'demo-fur-kaufer');
    await page.getByLabel('Group').check();
    await page.getByRole('dialog').getByLabel('Anna Berger').check();
    await page.getByRole('dialog').getByLabel(/^Ben/).check();
    await page.getByLabel('Length, minutes').fill('1');
    await page.getByRole('button', {name: 'Add a question'}).click();
    await page.getByLabel('Question', {exact: true}).fill('Which product?');
    await page.getByLabel('Kind of answer').selectOption('choice');
    await page.getByLabel('Choices, with commas between').fill('One, Two');
    await page.getByRole('button', {name: 'Make it'}).click();
    await page.getByText('From 5 to 1440 minutes.').waitFor();  // at its field
    await page.getByLabel('Length, minutes').fill('45');
    await shoot(page, 'booking-calendar');
    await axe(page);
    await page.getByRole('button', {name: 'Make it'}).click();
    await page.getByText('Demo für Käufer').waitFor();
    const made = await api('GET', '/calendars/demo-fur-kaufer');
    assert.deepEqual([made.kind, made.duration, made.members.length, made.questions[0].choices], ['group', 45, 2, ['One', 'Two']]);

    const [start] = (await api('GET', '/calendars/demo-fur-kaufer/availability')).slots;
    await api('POST', '/calendars/demo-fur-kaufer/bookings', {start, name: 'Ida <b>Neu</b>', email: 'ida@neu.example', answers: {'Which product?': 'Two'}});
    await page.getByRole('button', {name: 'Bookings: Demo für Käufer'}).click();
    await page.getByText('Ida <b>Neu</b>').waitFor();
    await page.getByText('Which product?: Two').waitFor();
    await shoot(page, 'booking-bookings');
    await axe(page);
    await page.getByRole('button', {name: 'Cancel: Ida'}).click();
    await page.getByRole('dialog').last().getByRole('button', {name: 'Cancel', exact: true}).last().click();
    await page.getByText('It is cancelled.').waitFor();
    await page.getByRole('dialog').getByRole('button', {name: 'Close'}).last().click();

    await page.getByLabel('Monday').fill('9:00-12:00, 14:00 - 18:00');
    await page.getByLabel('Friday').fill('nonsense');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('Times are written').waitFor();
    await page.getByLabel('Friday').fill('');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('button', {name: 'The usual ones again'}).waitFor();
    const hours = await api('GET', '/working-hours');
    assert.deepEqual([hours.week.monday, hours.week.friday], [['09:00-12:00', '14:00-18:00'], []]);
    await shoot(page, 'booking-console', {dark: true});
    await axe(page);
    await page.getByRole('button', {name: 'Edit: Demo für Käufer'}).click();
    await page.getByLabel('Its page is open').uncheck();
    await page.getByRole('dialog').getByRole('button', {name: 'Save'}).click();
    await page.getByText('closed').waitFor();
    await page.getByRole('button', {name: 'Delete: Demo für Käufer'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
    await page.getByText('Demo für Käufer is deleted.').waitFor();
    await closePage(page);
});

test('E4: reminders are added, filled with fields, previewed, refused and removed; by keyboard, on a phone, in German', async () => {
    const page = await openPage(browser, world, {size: phone, expects: [/status of 422/]});
    await signIn(page, 'anna');
    await page.goto('/console/#/booking');
    await page.getByRole('button', {name: 'Edit: Quick'}).click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByText('Reminders', {exact: true}).isVisible(), false);  // nothing goes out
    await dialog.getByLabel('Allow trigger').focus();
    await page.keyboard.press('Space');
    await dialog.getByRole('button', {name: 'Add a reminder'}).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('2');  // the new one has the focus
    await dialog.getByLabel('Unit').selectOption('hours');
    await dialog.getByLabel('Subject').fill('See you soon, {{contact.surname}}');
    await dialog.getByLabel('Text').fill('We meet ');
    await dialog.getByLabel('Insert a field').selectOption('appointment.when');
    assert.equal(await dialog.getByLabel('Text').inputValue(), 'We meet {{appointment.when}}');
    await dialog.getByText('Preview').click();
    await dialog.getByText('We meet Monday, 5 January 2026').waitFor();
    await dialog.getByRole('button', {name: 'Save'}).click();
    await dialog.getByText('There is no field "contact.surname".').waitFor();  // at its field
    assert.equal(await dialog.getByLabel('Subject').getAttribute('aria-invalid'), 'true');
    await dialog.getByLabel('Subject').fill('See you soon, {{contact.name}}');
    await shoot(page, 'booking-reminders');
    await axe(page);
    await dialog.getByRole('button', {name: 'Add a reminder'}).click();
    await dialog.getByLabel('How it goes out').last().selectOption('webhook');
    await dialog.getByLabel('Before or after what').last().selectOption('after-end');
    await dialog.getByRole('button', {name: 'Save'}).click();
    await dialog.waitFor({state: 'detached'});
    const quick = await api('GET', '/calendars/quick');
    assert.deepEqual([quick.triggers, quick.reminders.map(({from, minutes, channel}) => [from, minutes, channel])],
        [true, [['start', 120, 'mail'], ['end', -1440, 'webhook']]]);

    await page.getByRole('button', {name: 'Edit: Quick'}).click();
    assert.equal(await dialog.getByLabel('Unit').first().inputValue(), 'hours');
    assert.equal(await dialog.getByLabel('How long before or after').first().inputValue(), '2');
    await dialog.getByRole('button', {name: 'Remove the reminder'}).last().click();
    await dialog.getByRole('button', {name: 'Save'}).click();
    await dialog.waitFor({state: 'detached'});
    const kept = (await api('GET', '/calendars/quick')).reminders;
    assert.deepEqual(kept.map(one => one.id), [quick.reminders[0].id]);
    await closePage(page);

    const german = await openPage(browser, world, {locale: 'de-DE'});
    await german.goto('/console/');
    await german.locator('input[name=login]').fill('anna');
    await german.locator('input[name=password]').fill(passwords.anna);
    await german.keyboard.press('Enter');
    await german.locator('nav').waitFor({state: 'attached'});
    await german.goto('/console/#/booking');
    await german.getByRole('button', {name: 'Bearbeiten: Quick'}).click();
    await german.getByLabel('Auslöser zulassen').waitFor();
    await german.getByLabel('Betreff').fill('');
    await german.getByText('Vorschau').click();
    await shoot(german, 'booking-reminders-german', {dark: true});
    await axe(german);
    await closePage(german);
});
