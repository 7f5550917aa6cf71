// Contacts: found as one types, changed, deleted and brought back; by keyboard, on a phone, with hostile names.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, phone, shoot} from './support/browser.mjs';
import {ask, begin as signedIn, fits, make, toast, visit} from './support/records.mjs';
import {startWorld} from './support/world.mjs';

let world, browser;
before(async () => { [world, browser] = await Promise.all([startWorld(), launch()]); });
after(async () => { await browser?.close(); await world?.stop(); });

const begin = options => signedIn(browser, world, options);
const person = (last, more = {}) => ({firstName: 'Zora', lastName: last, emails: [{label: 'work', value: `zora@${last.toLowerCase()}.example`}], ...more});

test('a contact is found, changed, and its history takes the change back', async () => {
    const page = await begin();
    await make(page, '/contacts', person('Quist', {jobTitle: 'CTO'}));
    await visit(page, 'contacts');
    await page.locator('.record-row').first().waitFor();
    await shoot(page, 'contacts', {dark: true});
    await axe(page);
    await page.getByRole('searchbox').fill('quist');
    await page.locator('.record-row').filter({hasNotText: 'Quist'}).first().waitFor({state: 'detached'});
    assert.match(page.url(), /q=quist/);
    await page.locator('.record-row').click();
    await page.getByLabel('Job title').fill('CEO');
    await page.getByRole('button', {name: 'Add an email address'}).click();
    await page.keyboard.type('zora@home.example');
    await shoot(page, 'contact');
    await axe(page);
    await page.getByRole('button', {name: 'Save'}).click();
    await toast(page, 'Saved.').waitFor();
    await page.getByRole('tab', {name: 'History'}).click();
    const entry = page.locator('.history-entry').first();
    await entry.getByText('CEO').waitFor();
    await shoot(page, 'contact-history');
    await axe(page);
    await entry.getByRole('button', {name: 'Undo'}).click();
    await toast(page, 'Undone.').waitFor();
    await page.getByRole('tab', {name: 'Details'}).click();
    assert.equal(await page.getByLabel('Job title').inputValue(), 'CTO');
    await closePage(page);
});

test('what is no address is said at its field, and a server that is gone is no loss', async () => {
    const page = await begin({expects: [/ERR_FAILED/, /status of 422/]});
    const made = await make(page, '/contacts', person('Faulty'));
    await visit(page, `contacts/${made.id}`);
    await page.getByRole('button', {name: 'Add an email address'}).click();
    await page.keyboard.type('nonsense');
    await page.keyboard.press('Control+s');
    await page.getByText('“nonsense” is no email address.').waitFor();
    await axe(page);
    await page.locator('.value-row input.is-invalid').fill('zora@sense.example');
    await page.route('**/api/v1/contacts/*', route => route.request().method() === 'PATCH' ? route.abort() : route.continue());
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('alert').filter({hasText: 'can’t be reached'}).waitFor();
    assert.equal(await page.locator('.value-row input[type=email]').nth(1).inputValue(), 'zora@sense.example');
    await page.unroute('**/api/v1/contacts/*');
    await page.getByRole('button', {name: 'Save'}).click();
    await toast(page, 'Saved.').waitFor();
    await visit(page, 'contacts/new');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText(/needs a name/).waitFor();
    await closePage(page);
});

test('two people change the same contact: both are asked about, nothing is lost', async () => {
    const page = await begin({expects: [/status of 412/]});
    const made = await make(page, '/contacts', person('Twice', {jobTitle: 'CTO'}));
    await visit(page, `contacts/${made.id}`);
    await page.getByLabel('Job title').fill('mine');
    await page.getByLabel('Notes').fill('my note');
    await ask(page, 'PATCH', `/contacts/${made.id}`, {jobTitle: 'theirs', nickname: 'Zo'});
    await page.getByRole('button', {name: 'Save'}).click();
    const dialog = page.getByRole('dialog', {name: 'Changed meanwhile'});
    await dialog.waitFor();
    await shoot(page, 'contact-conflict');
    await axe(page);
    await dialog.getByText('theirs', {exact: true}).waitFor();
    await dialog.getByLabel('Theirs').check();
    await dialog.getByRole('button', {name: 'Save this'}).click();
    await toast(page, 'Saved.').waitFor();
    const now = await ask(page, 'GET', `/contacts/${made.id}`);
    assert.deepEqual([now.jobTitle, now.notes, now.nickname], ['theirs', 'my note', 'Zo']);
    await closePage(page);
});

test('what isn’t saved is not left behind without a question', async () => {
    const page = await begin();
    const made = await make(page, '/contacts', person('Unsaved'));
    await visit(page, `contacts/${made.id}`);
    await page.getByLabel('Job title').fill('half done');
    await page.getByRole('link', {name: 'Companies'}).click();
    const dialog = page.getByRole('dialog', {name: 'Leave without saving?'});
    await dialog.getByRole('button', {name: 'Cancel'}).click();
    assert.equal(await page.getByLabel('Job title').inputValue(), 'half done');
    await page.getByRole('link', {name: 'Companies'}).click();
    await dialog.getByRole('button', {name: 'Discard'}).click();
    await page.getByRole('heading', {name: 'Companies'}).waitFor();
    await closePage(page);
});

test('a deleted contact comes back with Undo', async () => {
    const page = await begin();
    const made = await make(page, '/contacts', person('Gone'));
    await visit(page, `contacts/${made.id}`);
    await page.getByRole('button', {name: 'Delete'}).click();
    await toast(page, 'Zora Gone was deleted.').getByRole('button', {name: 'Undo'}).click();
    await page.getByRole('heading', {name: 'Zora Gone'}).waitFor();
    assert.equal((await ask(page, 'GET', `/contacts/${made.id}`)).displayName, 'Zora Gone');
    await closePage(page);
});

test('everything goes by keyboard', async () => {
    const page = await begin();
    await make(page, '/contacts', person('Keys'));
    await visit(page, 'contacts');
    await page.locator('.record-row').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('zora keys');
    await page.locator('.record-row').filter({hasNotText: 'Keys'}).first().waitFor({state: 'detached'});
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', {name: 'Details'}).focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.history-entry').first().waitFor();
    await page.keyboard.press('Home');
    await page.getByLabel('Company').focus();
    await page.keyboard.type('Keyboard Works');
    await page.getByRole('option', {name: 'Add “Keyboard Works”'}).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('.options').waitFor({state: 'hidden'});
    await page.keyboard.press('Control+s');
    await toast(page, 'Saved.').waitFor();
    assert.equal(await page.getByLabel('Company').inputValue(), 'Keyboard Works');
    await closePage(page);
});

test('lists go by name, or by the last change, as one chose', async () => {
    const page = await begin();
    for (const lastName of ['Ordered', 'Árdered']) await make(page, '/contacts', person(lastName, {firstName: lastName === 'Ordered' ? 'zeno' : 'Ädna'}));
    const names = () => page.locator('.record-row .record-name').evaluateAll(all => all.map(one => one.firstChild.textContent));
    const shown = first => page.waitForFunction(name => document.querySelector('.record-row .record-name')?.textContent.startsWith(name), first);
    await visit(page, 'contacts?q=rdered');
    await shown('Ädna');
    assert.deepEqual((await names()).map(one => one.trim()), ['Ädna Árdered', 'zeno Ordered']);
    await visit(page, 'contacts');
    await page.locator('.record-row').first().waitFor();
    const all = await names(), plain = name => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
    assert.deepEqual(all.map(plain), all.map(plain).toSorted(), 'the first page is in order');
    await page.locator('.record-row').nth(49).waitFor();
    for (let n = 50; n < 150 && await page.locator('button.more').isVisible(); n = await page.locator('.record-row').count()) {
        await page.locator('.record-row').last().scrollIntoViewIfNeeded();
        await page.waitForFunction(before => document.querySelectorAll('.record-row').length > before || !document.querySelector('button.more').checkVisibility(), n);
    }
    const more = (await names()).map(plain);
    assert.ok(more.length > 50 && new Set(await page.locator('a.record-row').evaluateAll(rows => rows.map(row => row.href))).size === more.length, 'nobody twice');
    assert.deepEqual(more, more.toSorted(), 'and so are the next ones');
    await shoot(page, 'contacts-by-name', {dark: true});
    await axe(page);
    await page.getByLabel('Order').selectOption({label: 'Last changed first'});
    await shown('Ädna Árdered');
    assert.match(page.url(), /order=newest/);
    await visit(page, 'companies');
    assert.equal(await page.getByLabel('Order').inputValue(), 'newest', 'one’s choice stays');
    await page.getByLabel('Order').selectOption('name');
    await page.locator('.record-row').first().waitFor();
    assert.doesNotMatch(page.url(), /order=/);
    await visit(page, 'deals?view=list');
    await page.getByText('Last changed first').waitFor();
    await page.setViewportSize(phone);
    await visit(page, 'contacts');
    await page.locator('.record-row').first().waitFor();
    await fits(page);
    await shoot(page, 'contacts-by-name-phone');
    await closePage(page);
});

test('a phone shows all of it', async () => {
    const page = await begin({size: phone});
    await visit(page, 'contacts');
    await page.locator('.record-row').first().waitFor();
    await fits(page);
    await page.locator('.record-row').first().click();
    await page.locator('.record-form').waitFor();
    await fits(page);
    await page.getByRole('tab', {name: 'Calendar'}).click();
    await page.getByRole('tabpanel').locator('.meeting, .state').first().waitFor();
    await fits(page);
    await shoot(page, 'contact-calendar');
    await visit(page, 'contacts/new');
    await page.getByLabel('First name').fill('Zora');
    await page.getByLabel('Last name').fill('Mobile');
    await page.getByLabel('Only me').check();
    await shoot(page, 'contact-new');
    await axe(page);
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('heading', {name: 'Zora Mobile'}).waitFor();
    await fits(page);
    await closePage(page);
});

test('hostile names are text everywhere', async () => {
    const page = await begin();
    const evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
    const lines = [{label: evil, value: `x${evil}`}];
    const one = await make(page, '/contacts', {firstName: evil, lastName: 'Evil', nickname: evil, jobTitle: evil, department: evil,
        companyName: evil, notes: evil, tags: [evil], custom: {[evil]: evil}, urls: lines, ims: lines, phones: lines,
        emails: [{label: evil, value: 'evil@evil.example'}], addresses: [{label: evil, street: evil, city: evil}]});
    await make(page, '/contacts', {firstName: evil, lastName: 'Evil', emails: [{value: 'evil@evil.example'}]});
    await ask(page, 'PATCH', `/contacts/${one.id}`, {jobTitle: `more ${evil}`});
    for (const place of ['contacts?q=evil', `contacts/${one.id}`, `contacts/${one.id}/history`, `contacts/${one.id}/calendar`, 'contacts/duplicates']) {
        await visit(page, place);
        await page.getByText('<script>').first().waitFor().catch(() => page.locator(`input[value*="<script>"]`).first().waitFor({timeout: 1000})
            .catch(() => assert.match(place, /history|calendar/, place)));
        assert.equal(await page.evaluate(() => window.hit), undefined, place);
        assert.equal(await page.locator('main script, main img[src="x"]').count(), 0, place);
        await fits(page);
    }
    await closePage(page);
});
