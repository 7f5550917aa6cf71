// Photos of contacts, and contacts that are one person.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, phone, shoot} from './support/browser.mjs';
import {ask, begin as signedIn, fits, make, toast, visit} from './support/records.mjs';
import {startWorld} from './support/world.mjs';

let world, browser;
before(async () => { [world, browser] = await Promise.all([startWorld(), launch()]); });
after(async () => { await browser?.close(); await world?.stop(); });

const begin = options => signedIn(browser, world, options);
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
async function two(page) {
    const one = {firstName: 'Dora', lastName: 'Double', emails: [{label: 'work', value: 'dora@double.example'}]};
    return [await make(page, '/contacts', {...one, phones: [{label: 'mobile', value: '+49 30 1111111'}]}),
            await make(page, '/contacts', {...one, phones: [{label: 'mobile', value: '+49 30 2222222'}], jobTitle: 'Pilot'})];
}

test('a photo is chosen, looked at, set, and taken away again', async () => {
    const page = await begin({expects: [/status of 404/]});
    const made = await make(page, '/contacts', {firstName: 'Pia', lastName: 'Picture'});
    await visit(page, `contacts/${made.id}`);
    await page.getByRole('button', {name: 'Add a photo'}).click();
    const dialog = page.getByRole('dialog', {name: 'Photo'});
    await dialog.getByRole('button', {name: 'Use it'}).click();
    await dialog.getByText('Choose a picture first.').waitFor();
    await dialog.getByLabel('Picture').setInputFiles({name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc(3_000_000)});
    await dialog.getByText(/are possible at most/).waitFor();
    await dialog.getByLabel('Picture').setInputFiles({name: 'text.txt', mimeType: 'text/plain', buffer: Buffer.from('hello')});
    await dialog.getByText('Choose a JPEG, PNG, GIF or WebP picture.').waitFor();
    await dialog.getByLabel('Picture').setInputFiles({name: 'me.png', mimeType: 'image/png', buffer: png});
    await dialog.getByRole('img', {name: 'The new photo'}).waitFor();
    await shoot(page, 'contact-photo');
    await axe(page);
    await dialog.getByRole('button', {name: 'Use it'}).click();
    await toast(page, 'The photo was saved.').waitFor();
    await page.locator('.photo img').waitFor();
    await page.getByRole('button', {name: 'Change the photo'}).click();
    await page.getByRole('dialog').getByRole('button', {name: 'Remove'}).click();
    await toast(page, 'The photo was removed.').getByRole('button', {name: 'Undo'}).click();
    await page.locator('.photo img').waitFor();
    assert.equal((await ask(page, 'GET', `/contacts/${made.id}`)).hasPhoto, true);
    await closePage(page);
});

test('duplicates are found, previewed, merged, and two again', async () => {
    const page = await begin();
    const [one, other] = await two(page);
    await visit(page, 'contacts/duplicates');
    const group = page.locator('.duplicate', {hasText: 'Dora Double'});
    await group.waitFor();
    await group.locator('ins', {hasText: 'Pilot'}).waitFor();
    await shoot(page, 'duplicates');
    await axe(page);
    await group.getByRole('checkbox').nth(1).uncheck();
    assert.equal(await group.getByRole('button', {name: 'Merge'}).isDisabled(), true);
    await group.getByRole('checkbox').nth(1).check();
    await group.getByRole('button', {name: 'Merge'}).click();
    const done = toast(page, '2 contacts are one now: Dora Double.');
    await done.waitFor();
    const merged = await ask(page, 'GET', `/contacts/${other.id}`);
    assert.equal(merged.id, one.id);
    assert.deepEqual([merged.phones.length, merged.jobTitle], [2, 'Pilot']);
    await done.getByRole('button', {name: 'Undo'}).click();
    await page.locator('.duplicate', {hasText: 'Dora Double'}).waitFor();
    assert.equal((await ask(page, 'GET', `/contacts/${other.id}`)).id, other.id);
    await closePage(page);
});

test('who is somebody else is told apart for good, and taken back with Undo', async () => {
    const page = await begin();
    const same = {firstName: 'Nora', lastName: 'Namesake', companyName: 'Namesake Ltd'};
    const ids = [];
    for (let i = 0; i < 3; ++i) ids.push((await make(page, '/contacts', same)).id);
    const group = page.locator('.duplicate', {hasText: 'Nora Namesake'});
    const apart = group.getByRole('button', {name: 'They are different people'});
    await visit(page, 'contacts/duplicates');
    await apart.focus();
    await page.keyboard.press('Enter');
    const done = toast(page, 'Nora Namesake: they are kept apart');
    await done.waitFor();
    await group.waitFor({state: 'detached'});
    await shoot(page, 'duplicates-apart', {dark: true});
    await axe(page);
    await visit(page, 'contacts');
    await visit(page, 'contacts/duplicates');
    await page.locator('.duplicate, .state').first().waitFor();
    assert.equal(await group.count(), 0, 'it isn’t asked again');
    await toast(page, 'Nora Namesake: they are kept apart').getByRole('button', {name: 'Undo'}).click();
    await toast(page, 'Undone.').waitFor();
    await group.waitFor();
    // Two of them are one after all: the third one isn’t theirs.
    await group.getByRole('checkbox').nth(2).uncheck();
    await group.getByRole('button', {name: 'Merge'}).click();
    await toast(page, '2 contacts are one now').waitFor();
    await visit(page, 'contacts');
    await visit(page, 'contacts/duplicates');
    await apart.click();
    await group.waitFor({state: 'detached'});
    assert.equal((await ask(page, 'GET', `/contacts/${ids[1]}`)).id, ids[0]);
    assert.equal((await ask(page, 'GET', `/contacts/${ids[2]}`)).id, ids[2]);
    await closePage(page);
});

test('telling apart: in German on a phone, and when the server is away', async () => {
    const page = await begin({size: phone, expects: [/ERR_FAILED/]});
    for (let i = 0; i < 2; ++i) await make(page, '/contacts', {firstName: 'Olga', lastName: 'Offline', emails: [{value: 'olga@offline.example'}]});
    await page.evaluate(() => localStorage.setItem('language', 'de'));
    await page.reload();
    await visit(page, 'contacts/duplicates');
    const group = page.locator('.duplicate', {hasText: 'Olga Offline'}), apart = group.getByRole('button', {name: 'Es sind verschiedene Personen'});
    await apart.waitFor();
    await fits(page);
    await page.route('**/contacts/distinct', route => route.abort());
    await apart.click();
    await page.locator('.toast-error').waitFor();
    assert.equal(await apart.isEnabled(), true);
    await page.unroute('**/contacts/distinct');
    await apart.scrollIntoViewIfNeeded();
    await shoot(page, 'duplicates-german');
    await apart.click();
    await toast(page, 'Olga Offline: Sie bleiben getrennt').waitFor();
    await closePage(page);
});

test('from its own page a contact takes in another one', async () => {
    const page = await begin({size: phone});
    const into = await make(page, '/contacts', {firstName: 'Erik', lastName: 'Early'});
    await make(page, '/contacts', {firstName: 'Erich', lastName: 'Late', emails: [{label: 'home', value: 'erich@late.example'}]});
    await visit(page, `contacts/${into.id}`);
    await page.getByRole('button', {name: 'Merge with …'}).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill('erich late');
    await dialog.getByRole('option', {name: 'Erich Late'}).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.locator('ins', {hasText: 'erich@late.example'}).waitFor();
    await shoot(page, 'contact-merge');
    await axe(page);
    await fits(page);
    await dialog.getByRole('button', {name: 'Merge', exact: true}).click();
    await toast(page, 'are one now').waitFor();
    await page.locator('input[type=email]').waitFor();
    assert.equal(await page.locator('input[type=email]').inputValue(), 'erich@late.example');
    await closePage(page);
});

test('a merge that somebody forestalled says so and shows what is there now', async () => {
    const page = await begin({expects: [/status of 412/]});
    const [one] = await Promise.all([1, 2].map(() => make(page, '/contacts', {firstName: 'Fast', lastName: 'Fellow', emails: [{value: 'fast@fellow.example'}]})));
    await visit(page, 'contacts/duplicates');
    const group = page.locator('.duplicate', {hasText: 'Fast Fellow'});
    await group.waitFor();
    for (const id of [one.id]) await ask(page, 'PATCH', `/contacts/${id}`, {nickname: 'Quick'});
    await group.getByRole('radio').first().check();
    const before = await group.getByRole('link').first().getAttribute('href');
    if (!before.includes(one.id)) await group.getByRole('radio').nth(1).check();
    await group.getByRole('button', {name: 'Merge'}).click();
    await page.locator('.toast-error').waitFor();
    await page.locator('.duplicate', {hasText: 'Fast Fellow'}).waitFor();
    await closePage(page);
});
