// The admin's pages: main paths, what fails, keyboard, phone, hostile names.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, openPage, phone, shoot, tabTo} from './support/browser.mjs';
import {passwords, startWorld} from './support/world.mjs';

const hostile = '<img src=x onerror="document.title=\'hacked\'">';
let browser, world;
before(async () => { [browser, world] = await Promise.all([launch(), startWorld()]); });
after(async () => { await browser?.close(); await world?.stop(); });

async function enter(login, path, options) {
    const page = await openPage(browser, world, options);
    await page.goto(`/console/#/admin/${path}`);  // no other page is needed
    await page.locator('[name=login]').fill(login);
    await page.locator('[name=password]').fill(passwords[login]);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').first().waitFor({state: 'attached'});
    return page;
}
async function admin(path = 'users', options) {
    const page = await enter('anna', path, options);
    await page.locator('.admin-tabs').waitFor();
    return page;
}
async function go(page, path) {
    await page.evaluate(hash => { location.hash = hash; }, `#/admin/${path}`);
    await page.locator('.admin-tabs').waitFor();
    await page.locator('h1').first().waitFor();
}
const toast = (page, text) => page.locator('.toast-box', {hasText: text}).first().waitFor();
/** As the page itself calls the API, with its session. */
const call = (page, method, path, body) => page.evaluate(async ([verb, where, what]) => {
    const {send} = await import(document.querySelector('link[href$="/lib/api.js"]').href);
    const response = await send(verb, where, {body: what});
    return response.status === 204 ? null : response.json();
}, [method, path, body]);

test('every section is there, readable for everybody, also on a phone and in German', async () => {
    const page = await admin();
    for (const section of ['users', 'users/ben', 'teams', 'organisation', 'types', 'providers', 'accounts', 'health', 'history',
                           'trash', 'erase']) {
        await go(page, section);
        await page.waitForLoadState('networkidle');
        await axe(page);
        await shoot(page, `admin-${section.replace('/', '-')}`, {dark: section === 'health'});
    }
    await closePage(page);
    const small = await admin('users', {size: phone, locale: 'de-DE'});
    for (const section of ['users', 'organisation', 'providers', 'history', 'health']) {
        await go(small, section);
        const wide = await small.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${section} is ${wide} px wider than the phone`);
        assert.ok(!/\badmin\.[a-z]/.test(await small.locator('main').innerText()), `${section}: a text is missing`);
    }
    await closePage(small);
});

test('members have no admin pages', async () => {
    const page = await enter('ben', 'users');
    await page.getByText('There is nothing at this address.').waitFor();
    assert.equal(await page.getByRole('link', {name: 'Admin'}).count(), 0);
    await closePage(page);
});

test('a user is added, changed, switched off, handed over, switched on again and removed', async () => {
    const page = await admin('users', {expects: [/status of 422/]});
    await page.getByRole('button', {name: 'Add user'}).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Login').fill('Not A Login');
    await dialog.getByRole('button', {name: 'Add user'}).click();
    await dialog.locator('[data-field=login] .invalid-feedback').getByText('a-z').waitFor();
    await dialog.getByLabel('Login').fill('nora');
    await dialog.getByLabel('Name', {exact: true}).fill(hostile);
    await dialog.getByRole('button', {name: 'Suggest one'}).click();
    await shoot(page, 'admin-user-add');
    await dialog.getByRole('button', {name: 'Add user'}).click();
    await page.getByRole('heading', {level: 1, name: hostile}).waitFor();

    await page.getByLabel('Name', {exact: true}).fill('Nora Lind');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('heading', {level: 1, name: 'Nora Lind'}).waitFor();
    assert.ok(await page.getByRole('button', {name: 'Hand over'}).isDisabled());
    await page.getByRole('button', {name: 'Switch off'}).click();
    await toast(page, 'Nora Lind is switched off.');
    await page.getByRole('button', {name: 'Hand over'}).click();
    await dialog.getByRole('button', {name: 'Hand over'}).click();
    await dialog.locator('[data-field=heir] .invalid-feedback').getByText('another user').waitFor();
    await dialog.getByLabel('Who gets the records').selectOption('ben');
    await dialog.getByRole('button', {name: 'Hand over'}).click();
    await toast(page, 'ben has the records now.');
    await page.getByRole('button', {name: 'Switch on'}).click();
    await toast(page, 'Nora Lind is switched on.');
    await page.getByRole('button', {name: 'Remove user'}).click();
    await dialog.getByRole('button', {name: 'Remove user'}).click();
    await toast(page, 'Nora Lind is removed.');
    await page.getByRole('link', {name: 'Ben Hartmann'}).waitFor();
    assert.equal(await page.getByRole('link', {name: 'Nora Lind'}).count(), 0);
    assert.doesNotMatch(await page.title(), /hacked/);
    await closePage(page);
});

test('passwords, app passwords and sessions of a user', async () => {
    const member = await enter('clara', 'users');
    const page = await admin('users/clara', {expects: [/status of 422/]});
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', {name: 'Add app password'}).click();
    await dialog.getByRole('button', {name: 'Add app password'}).click();
    await dialog.locator('[data-field=label] .invalid-feedback').getByText('device').waitFor();
    await dialog.getByLabel('What is it for?').fill('Her tablet');
    await dialog.getByRole('button', {name: 'Add app password'}).click();
    await page.getByText('nobody can show it again').waitFor();
    assert.match(await dialog.locator('code').innerText(), /^[a-z0-9]{4}(-[a-z0-9]{4}){4}$/);
    await dialog.getByRole('button', {name: 'Close'}).last().click();
    const row = page.locator('li', {hasText: 'Her tablet'});
    await row.getByRole('button', {name: 'Revoke'}).click();
    await dialog.getByRole('button', {name: 'Revoke'}).click();
    await row.getByText('revoked').waitFor();
    await page.getByRole('button', {name: 'Sign out everywhere'}).click();
    await page.getByText('Not signed in anywhere.').waitFor();
    await page.getByRole('button', {name: 'Set password'}).click();
    await dialog.getByLabel('Password').fill('short');
    await dialog.getByRole('button', {name: 'Set password'}).click();
    await dialog.locator('[data-field=password] .invalid-feedback').getByText('10').waitFor();
    await dialog.getByRole('button', {name: 'Suggest one'}).click();
    await dialog.getByRole('button', {name: 'Set password'}).click();
    await toast(page, 'The password is set.');
    await closePage(page);
    await member.context().close();
});

test('teams and activity types', async () => {
    const page = await admin('teams');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', {name: 'Add team'}).first().click();
    await dialog.getByLabel('Key').fill('sales');
    await dialog.getByLabel('Name', {exact: true}).fill(hostile);
    await dialog.getByLabel('Ben Hartmann').check();
    await dialog.getByRole('button', {name: 'Add team'}).click();
    await page.getByText('1 member').waitFor();
    await go(page, 'types');
    await page.getByRole('button', {name: 'Add activity type'}).click();
    await dialog.getByLabel('Name', {exact: true}).fill('Site visit');
    await dialog.getByLabel('Colour').fill('#12ab34');
    await dialog.getByRole('button', {name: 'Add activity type'}).click();
    const row = page.locator('li', {hasText: 'Site visit'});
    await row.getByRole('button', {name: 'Delete'}).click();
    await dialog.getByRole('button', {name: 'Delete'}).click();
    await toast(page, 'Site visit is deleted.');
    await row.waitFor({state: 'detached'});
    await closePage(page);
});

test('the organisation and its logo', async () => {
    const page = await admin('organisation', {expects: [/status of 422/]});
    await page.getByLabel('Region').fill('X');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.locator('[data-field=region] .invalid-feedback').getByText('two letters').waitFor();
    await page.getByLabel('Region').fill('AT');
    await page.getByRole('button', {name: 'Save'}).click();
    await toast(page, 'Saved.');
    const choose = page.getByLabel('Choose a picture');
    await choose.setInputFiles({name: 'x.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>')});
    await page.locator('[data-field=logo] .invalid-feedback').getByText('no PNG').waitFor();
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
                            'base64');
    await choose.setInputFiles({name: 'logo.png', mimeType: 'image/png', buffer: png});
    await page.waitForFunction(() => document.querySelector('.admin-logo')?.naturalWidth === 1);
    await page.getByRole('button', {name: 'Remove logo'}).click();
    await page.locator('.admin-logo').waitFor({state: 'detached'});
    await closePage(page);
});

test('a provider client is entered by keyboard, and its secret is never shown', async () => {
    const page = await admin('providers', {expects: [/status of 422/]});
    const microsoft = page.locator('section', {hasText: 'Microsoft'}).last();
    await microsoft.getByText(`${world.address}/oauth/microsoft/callback`).waitFor();
    await microsoft.getByLabel('Client ID').focus();
    await page.keyboard.type('my app');
    await page.keyboard.press('Enter');
    await microsoft.locator('[data-field=clientId] .invalid-feedback').getByText('blank').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('app-1');
    await tabTo(page, 'Client secret', 3);
    await page.keyboard.type('s3cr3t-value');
    await page.keyboard.press('Enter');
    await toast(page, 'It counts for Microsoft within seconds.');
    await page.getByText('One is kept').waitFor();
    assert.doesNotMatch(await page.content(), /s3cr3t-value/);
    const begun = await call(page, 'POST', '/accounts/authorise', {provider: 'microsoft'});
    assert.match(begun.address, /client_id=app-1/);
    await closePage(page);
});

test('what was deleted is restored, an entry and a device are undone', async () => {
    const page = await admin();
    const made = await call(page, 'POST', '/activities', {subject: hostile, start: '2030-05-06T09:00', end: '2030-05-06T10:00'});
    await call(page, 'DELETE', `/activities/${made.id}`);
    await go(page, 'trash');
    const item = page.locator('li', {hasText: hostile});
    await item.getByRole('button', {name: 'Restore'}).click();
    await toast(page, 'is back.');
    await call(page, 'GET', `/activities/${made.id}`);

    await call(page, 'PATCH', `/activities/${made.id}`, {subject: 'Wrong subject'});
    await go(page, `history?record=${made.id}`);
    const entry = page.locator('.admin-rows li', {hasText: 'Wrong subject'}).first();
    await entry.locator('del', {hasText: hostile}).waitFor();
    await shoot(page, 'admin-history-record');
    await entry.getByRole('button', {name: 'Undo'}).click();
    await toast(page, 'is as it was before.');
    assert.equal((await call(page, 'GET', `/activities/${made.id}`)).subject, hostile);
    assert.doesNotMatch(await page.title(), /hacked/);
    await closePage(page);
});

test('what a device did is undone, after it was shown', async () => {
    const page = await admin();
    const {secret} = await call(page, 'POST', '/app-passwords', {label: 'Wild phone'});
    const response = await fetch(`${world.address}/api/v1/activities`, {
        method: 'POST', body: JSON.stringify({subject: 'By the phone', start: '2030-05-07T09:00', end: '2030-05-07T10:00'}),
        headers: {'Content-Type': 'application/json', Authorization: `Basic ${btoa(`anna:${secret}`)}`}});
    const {id} = await response.json();
    await go(page, 'history');
    await page.getByRole('button', {name: 'Undo what a device did'}).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', {name: 'Show what would be undone'}).click();
    await dialog.locator('[data-field=device] .invalid-feedback').getByText('needed').waitFor();
    await dialog.getByLabel('Who').selectOption('anna');
    await dialog.getByLabel('Device').fill('Wild phone');
    await dialog.getByRole('button', {name: 'Show what would be undone'}).click();
    await dialog.getByText('By the phone').waitFor();
    await shoot(page, 'admin-undo-device');
    assert.equal((await call(page, 'GET', `/activities/${id}`)).subject, 'By the phone', 'nothing is done yet');
    await dialog.getByRole('button', {name: 'Undo 1 record'}).click();
    await toast(page, '1 record is as it was before.');
    const left = await page.evaluate(async where => (await fetch(`/api/v1/activities/${where}`)).status, id);
    assert.equal(left, 404);
    page.faults.length = 0;  // that 404
    await closePage(page);
});

test('a person is erased only by whoever types the name', async () => {
    const page = await admin();
    const {id} = await call(page, 'POST', '/contacts', {firstName: 'Erasmus', lastName: hostile,
        emails: [{value: 'erasmus@gone.example'}]});
    await go(page, 'erase');
    await page.getByLabel('Find by name or address').fill('Erasmus');
    const row = page.locator('li', {hasText: 'Erasmus'});
    await row.getByRole('button', {name: 'Erase'}).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('erasmus@gone.example').waitFor();
    await shoot(page, 'admin-erase-confirm');
    await axe(page);
    await dialog.getByLabel(/^Type/).fill('Erasmus');
    await dialog.getByRole('button', {name: 'Erase'}).click();
    await dialog.getByText('That isn’t the name.').waitFor();
    await dialog.getByLabel(/^Type/).fill(`Erasmus ${hostile}`);
    await dialog.getByRole('button', {name: 'Erase'}).click();
    await toast(page, 'Erased in');
    const left = await page.evaluate(async where => (await fetch(`/api/v1/contacts/${where}`)).status, id);
    assert.equal(left, 404);
    page.faults.length = 0;
    assert.doesNotMatch(await page.title(), /hacked/);
    await closePage(page);
});

test('a server that can’t be reached is told, and tried again', async () => {
    const page = await admin('health', {expects: [/ERR_FAILED|net::/]});
    await page.getByRole('heading', {name: 'Last backup'}).waitFor();
    await page.route('**/api/v1/users', route => route.abort());
    await page.evaluate(() => { location.hash = '#/admin/users'; });
    await page.getByText('The server can’t be reached.').waitFor();
    await page.unroute('**/api/v1/users');
    await page.getByRole('button', {name: 'Try again'}).click();
    await page.getByRole('link', {name: 'Ben Hartmann'}).waitFor();
    await closePage(page);
});
