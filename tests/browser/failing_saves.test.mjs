// Every form when saving fails: it says what is wrong, at the field where there is one; what was typed stays, and the
// button works again.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, openPage, shoot} from './support/browser.mjs';
import {ask, begin, visit} from './support/records.mjs';
import {passwords, startWorld} from './support/world.mjs';

let world, browser, page, ids;
before(async () => {
    [world, browser] = await Promise.all([startWorld(), launch()]);
    page = await begin(browser, world, {at: 'me', expects: [/status of (4|5)\d\d/, /ERR_FAILED/]});
    const make = (path, body) => ask(page, 'POST', path, body).then(one => one.id);
    ids = {
        contact: await make('/contacts', {firstName: 'Sam', lastName: 'Saves'}), company: await make('/companies', {name: 'Saves Ltd'}),
        deal: await make('/deals', {title: 'Saves'}), account: (await ask(page, 'GET', '/accounts')).items[0].id,
    };
    await ask(page, 'POST', '/activities', {subject: 'Saves', zone: 'Europe/Berlin', start: '2031-03-04T10:00', end: '2031-03-04T11:00'});
});
after(async () => { await browser?.close(); await world?.stop(); });

const press = name => () => page.getByRole('button', {name, exact: true}).first().click();
const main = 'main', dialog = 'dialog[open]';
/**
 * hash, open()  the way to the form
 * root          where it is; submit: its button, where it isn't the only one that submits
 * fill          by name; a name that is a radio's chooses that value
 * call          method and end of the path of what it asks for when it saves
 * at            the field of the API that the server refuses; ends: what isn't really saved afterwards
 */
const forms = {
    'a new contact': {hash: 'contacts/new', fill: {firstName: 'New', jobTitle: 'Pilot', notes: 'Two\nlines'}, call: 'POST /contacts', at: 'jobTitle'},
    'a contact': {hash: () => `contacts/${ids.contact}`, fill: {jobTitle: 'Pilot', notes: 'Half a page'}, call: 'PATCH /contacts/*', at: 'jobTitle'},
    'a new company': {hash: 'companies/new', fill: {name: 'Newly Ltd', notes: 'x'}, call: 'POST /companies', at: 'name'},
    'a company': {hash: () => `companies/${ids.company}`, fill: {name: 'Saves & Sons', notes: 'x'}, call: 'PATCH /companies/*', at: 'name'},
    'a new deal': {hash: 'deals/new', fill: {title: 'Newly', valueCents: '12.50', notes: 'x'}, call: 'POST /deals', at: 'title'},
    'a deal': {hash: () => `deals/${ids.deal}`, fill: {title: 'Saves more', notes: 'x'}, call: 'PATCH /deals/*', at: 'valueCents'},
    'a new activity': {hash: 'calendar?view=week&date=2031-03-03', open: press('New activity'), root: dialog,
        fill: {subject: 'Newly', location: 'Here', notes: 'x'}, call: 'POST /activities', at: 'location'},
    'an activity': {hash: 'calendar?view=week&date=2031-03-03', open: () => page.locator('button.ev', {hasText: 'Saves'}).first().click(), root: dialog,
        fill: {location: 'There', notes: 'x'}, call: 'PATCH /activities/**', at: 'location'},
    'a sign-in elsewhere': {hash: 'integrations/new/dav', fill: {address: 'https://dav.example.org/', login: 'me', password: 'secret'},
        call: 'POST /accounts', at: 'address', ends: true},
    'settings of an account': {hash: () => `integrations/${ids.account}/calendar/settings`, submit: 'button[type=submit]',
        fill: {historySince: '2026-01-05', providerDeletes: 'keep', direction: 'two-way'}, call: 'PATCH /accounts/*/settings', at: 'historySince', ends: true},
    'settings of contacts': {hash: () => `integrations/${ids.account}/contacts/settings`, submit: 'button.btn-outline-primary',
        fill: {personal: 'no', direction: 'two-way'}, call: 'PATCH /accounts/*/settings', at: 'group', ends: true},
    'the organisation': {hash: 'admin/organisation', root: 'main form', fill: {name: 'Musterbach & Co', domains: 'musterbach.example'},
        call: 'PATCH /organisation', at: 'domains'},
    'a new user': {hash: 'admin/users', open: press('Add user'), root: dialog, fill: {login: 'newly', name: 'Newly', email: 'newly@example.org'},
        call: 'POST /users', at: 'login'},
    'a user': {hash: 'admin/users/ben', root: 'main form', fill: {name: 'Ben the Saver', otherEmails: 'b@example.org'}, call: 'PATCH /users/ben', at: 'otherEmails'},
    'the password of a user': {hash: 'admin/users/felix', open: press('Set password'), root: dialog, fill: {password: 'felix-shows-the-demo'},
        call: 'PUT /users/felix/password', at: 'password'},
    'an app password of a user': {hash: 'admin/users/felix', open: press('Add app password'), root: dialog, fill: {label: 'Phone'},
        call: 'POST /users/felix/app-passwords', at: 'label'},
    'a new type': {hash: 'admin/types', open: press('Add activity type'), root: dialog, fill: {name: 'Newly', color: '#112233'}, call: 'POST /activity-types', at: 'name'},
    'a type': {hash: 'admin/types', open: press('Edit'), root: dialog, fill: {name: 'Rang', color: '#445566'}, call: 'PATCH /activity-types/*', at: 'color'},
    'a new team': {hash: 'admin/teams', open: press('Add team'), root: dialog, fill: {key: 'savers', name: 'Savers'}, call: 'POST /teams', at: 'key'},
    'a feed': {hash: 'feeds', open: press('New feed'), root: dialog, fill: {label: 'Family', detail: 'subject'}, call: 'POST /feeds', at: 'label'},
    'an app password': {hash: 'devices', open: press('New app password'), root: dialog, fill: {label: 'Phone', expires: '30'},
        call: 'POST /app-passwords', at: 'label'},
    'a provider': {hash: 'admin/providers', root: 'main form >> nth=0', fill: {clientId: 'client-1', clientSecret: 'secret'},
        call: 'PATCH /providers/google', at: 'clientId'},
    'one’s own settings': {hash: 'me', root: 'main form >> nth=0', fill: {name: 'Anna the Saver', visibility: 'subject'}, call: 'PATCH /me', at: 'name'},
    'one’s password': {hash: 'me', root: 'main form >> nth=1', fill: {current: passwords.anna, password: passwords.anna}, call: 'PUT /me/password', at: 'current'},
};

const problem = (status, detail, field) => route => route.fulfill({status, contentType: 'application/problem+json',
    body: JSON.stringify({title: 'No', status, detail, ...(field && {field})})});
const failures = at => [
    ['at its field', problem(422, 'is refused by the test', at), 'Is refused by the test.', at],
    ['of a field that isn’t shown', problem(422, 'is refused by the test', 'nowhere.at[0].all'), 'Is refused by the test.'],
    ['not allowed', problem(403, 'is nothing for you'), 'Is nothing for you.'],
    ['with something in its way', problem(409, 'is in use just now'), 'Is in use just now.'],
    ['by a mistake of the server', problem(500, 'went wrong'), 'Went wrong.'],
    ['by a proxy', route => route.fulfill({status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>'}), 'status 502'],
    ['while the server is away', route => route.abort(), 'can’t be reached'],
];

/** What a control holds: a choice by its value. */
const held = (root, name) => root.locator(`[name="${name}"]`).evaluateAll(all =>
    all[0].type === 'radio' ? all.find(one => one.checked)?.value : all[0].value);
async function write(root, name, value) {
    const control = root.locator(`[name="${name}"]`).first();
    const kind = await control.evaluate(one => one.type);
    if (kind === 'radio') await root.locator(`[name="${name}"][value="${value}"]`).check();
    else if (kind === 'select-one') await control.selectOption(value);
    else if (kind === 'color') await control.evaluate((one, to) => { one.value = to; one.dispatchEvent(new Event('input', {bubbles: true})); }, value);
    else await control.fill(value);
}

for (const [name, {hash, open, root: where = main, submit = 'button[type=submit]', fill, call, at, ends}] of Object.entries(forms))
    test(`${name}: a failure is told, nothing typed is lost, and it can be saved afterwards`, async () => {
        await page.goto('about:blank');
        await page.goto(`/console/#/${typeof hash === 'string' ? hash : hash()}`);
        await page.locator('main h1').first().waitFor();
        await open?.();
        const root = page.locator(where), button = root.locator(submit).last();
        await root.locator('[name]').first().waitFor({state: 'attached'});
        for (const [field, value] of Object.entries(fill)) await write(root, field, value);
        const before = Object.fromEntries(await Promise.all(Object.keys(fill).map(async field => [field, await held(root, field)])));
        const [method, path] = call.split(' '), address = new RegExp(`/api/v1${path.replaceAll('**', '.+').replaceAll(/(?<!\.)\*/g, '[^/]+')}(\\?|$)`);
        for (const [how, fails, words, field] of failures(at)) {
            await page.evaluate(() => document.querySelectorAll('.toast-box').forEach(box => box.remove()));
            await page.route(address, route => route.request().method() === method ? fails(route) : route.continue());
            await button.click();
            const told = field ? root.locator(`[data-field="${field}"] .invalid-feedback`) : page.locator('[role=alert]:visible, .toast-error, dialog[open] .alert:visible');
            await told.filter({hasText: words}).first().waitFor({timeout: 10000}).catch(() => assert.fail(`${how}: nothing says “${words}”`));
            if (field) {
                const control = root.locator(`[data-field="${field}"]`).locator('input, select, textarea').first();
                assert.equal(await control.getAttribute('aria-invalid'), 'true', how);
                assert.ok(await control.evaluate(one => one === document.activeElement), `${how}: one is led to the field`);
                if (name === 'a new contact' || name === 'a new user') {
                    await axe(page);
                    await shoot(page, `failing-${name.split(' ').at(-1)}`);
                }
            } else assert.equal(await root.locator('[aria-invalid]').count(), 0, `${how}: an older fault is still marked`);
            assert.deepEqual(Object.fromEntries(await Promise.all(Object.keys(fill).map(async one => [one, await held(root, one)]))), before, how);
            assert.equal(await button.isEnabled(), true, how);
            assert.equal(await button.getAttribute('aria-busy'), null, how);
            await page.unroute(address);
        }
        if (ends) return;
        const saved = page.waitForResponse(answer => answer.request().method() === method && address.test(answer.url()));
        await button.click();
        assert.ok((await saved).ok(), `saved in the end: ${(await saved).status()}`);
    });

test('the sign-in says that the server is away, or that it was tried too often', async () => {
    const other = await openPage(browser, world, {expects: [/status of (4|5)\d\d/, /ERR_FAILED/]});
    await other.goto('/console/');
    const fails = [[problem(401, 'login and password don’t belong together'), 'don’t belong together'], [problem(429, 'too many tries: wait a minute'), 'Too many tries'],
                   [problem(503, 'the write lock is taken'), 'write lock'], [route => route.abort(), 'can’t be reached']];
    for (const [fail, words] of fails) {
        await other.route('**/api/v1/session', route => route.request().method() === 'POST' ? fail(route) : route.continue());
        await other.getByLabel('Login').fill('anna');
        await other.getByLabel('Password').fill('wrong');
        await other.keyboard.press('Enter');
        await other.getByRole('alert').filter({hasText: words}).waitFor();
        assert.equal(await other.getByLabel('Login').inputValue(), 'anna');
        await other.unroute('**/api/v1/session');
    }
    await other.getByLabel('Password').fill(passwords.anna);
    await other.keyboard.press('Enter');
    await other.locator('nav').waitFor({state: 'attached'});
    await closePage(other);
    await closePage(page);
});
