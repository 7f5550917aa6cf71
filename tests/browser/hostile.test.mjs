// Whatever people can name is named like markup; every page is shown, and every button on it pressed (what it would send
// is held back): text stays text, nothing runs, nothing is loaded, the policy has nothing to refuse.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {closePage, launch, openPage} from './support/browser.mjs';
import {ask, until, visit} from './support/records.mjs';
import {passwords, startWorld} from './support/world.mjs';

const visible = `<img src=x onerror=alert(1)>"'&{{x}}`, evil = `${visible}\u202e`;
let world, browser, page;
const ids = {};
before(async () => {
    [world, browser] = await Promise.all([startWorld(), launch()]);
    page = await openPage(browser, world, {expects: [/ERR_FAILED/, /status of 4\d\d/]});
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    page.on('dialog', dialog => { page.faults.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
    await page.setExtraHTTPHeaders({'user-agent': evil.replace('\u202e', '')});
    await page.goto('/console/#/me');
    await page.getByLabel('Login').fill('anna');
    await page.getByLabel('Password').fill(passwords.anna);
    await page.keyboard.press('Enter');
    await page.locator('#page h1').waitFor();
    await furnish();
});
after(async () => { await browser?.close(); await world?.stop(); });

const post = (path, body) => ask(page, 'POST', path, body);
const list = async path => (await ask(page, 'GET', path)).items;

/** As another user of this server, who is the provider of the account below. */
async function asEvil(method, path, body) {
    const response = await fetch(`${world.address}/api/v1${path}`, {method, body: JSON.stringify(body),
        headers: {authorization: `Basic ${btoa('evil:evil shows the demo')}`, 'content-type': 'application/json'}});
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
    return response.json();
}

async function furnish() {
    await ask(page, 'PATCH', '/organisation', {name: evil});
    await post('/users', {login: 'evil', name: evil});
    await ask(page, 'PUT', '/users/evil/password', {password: 'evil shows the demo'});
    await ask(page, 'PATCH', '/me', {name: evil});
    await post('/teams', {key: 'evils', name: evil, members: ['anna', 'evil']});
    const type = await post('/activity-types', {key: 'evil', name: evil, color: '#aa0000'});
    const company = await post('/companies', {name: evil, notes: evil, phones: [{label: evil, value: evil}], custom: {[evil]: evil}});
    const lines = [{label: evil, value: evil}];
    const person = {firstName: evil, lastName: 'Evil', nickname: evil, jobTitle: evil, department: evil, company: company.id, notes: evil, tags: [evil],
        custom: {[evil]: evil}, urls: lines, ims: lines, phones: lines, emails: [{label: evil, value: 'evil@evil.example'}],
        addresses: [{label: evil, street: evil, city: evil, country: evil}]};
    const contact = await post('/contacts', person);
    await post('/contacts', {...person, company: null, companyName: evil});
    await ask(page, 'PATCH', `/contacts/${contact.id}`, {jobTitle: `more ${evil}`});
    const gone = await post('/contacts', {...person, lastName: 'Gone', emails: []});
    await ask(page, 'DELETE', `/contacts/${gone.id}`);
    const deal = await post('/deals', {title: evil, notes: evil, company: company.id, contacts: [contact.id], stage: 'lead', custom: {[evil]: evil}});
    const day = new Date().toISOString().slice(0, 10);
    const activity = {subject: evil, location: evil, notes: evil, type: type.id, start: `${day}T10:00:00Z`, end: `${day}T11:00:00Z`, zone: 'UTC',
        contacts: [contact.id], participants: [{email: 'x@y.example', name: evil}, {email: 'evil@evil.example', name: evil}]};
    const {id} = await post('/activities', activity);
    await ask(page, 'PATCH', `/activities/${id}`, {subject: `${evil} `, location: `more ${evil}`});
    for (const one of await list('/collections')) await ask(page, 'PATCH', `/collections/${one.id}`, {displayName: evil});
    const {secret} = await post('/app-passwords', {label: evil});
    await post('/feeds', {calendar: 'activities', label: evil});
    await fetch(`${world.address}/api/v1/contacts`, {method: 'POST', body: JSON.stringify({firstName: evil, lastName: 'Device'}),
        headers: {authorization: `Basic ${btoa(`anna:${secret}`)}`, 'content-type': 'application/json', 'user-agent': visible}});

    const soon = new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10);
    const theirs = {...activity, type: null, contacts: [], start: `${soon}T10:00:00Z`, end: `${soon}T11:00:00Z`};
    await asEvil('POST', '/activities', theirs);
    for (const one of (await asEvil('GET', '/collections')).items) await asEvil('PATCH', `/collections/${one.id}`, {displayName: evil});
    const account = await post('/accounts', {provider: 'dav', login: 'evil', password: 'evil shows the demo', address: `${world.address}/`});
    await ask(page, 'PATCH', `/accounts/${account.id}/settings?kind=calendar`, {direction: 'two-way'});
    await post(`/accounts/${account.id}/start?kind=calendar`);
    await until(async () => (await ask(page, 'GET', `/accounts/${account.id}/journal?text=onerror`)).items.some(entry => entry.outcome === 'done'));
    await post(`/accounts/${account.id}/stop?kind=calendar`);
    await asEvil('POST', '/activities', theirs);  // for the preview
    Object.assign(ids, {contact: contact.id, company: company.id, deal: deal.id, account: account.id, day});
}

/** Nothing of it became an element, an attribute or a script. */
async function harmless(where) {
    const found = await page.evaluate(() => [...document.querySelectorAll('img[src="x"], [onerror], [onload], script:not([src]), iframe, object, embed')]
        .map(one => one.outerHTML.slice(0, 200)));
    assert.deepEqual(found, [], where);
    assert.deepEqual(page.faults, [], where);
}

/** It is there, as text, a value or a name. */
const shown = hash => page.waitForFunction(text => [document.querySelector('main').innerText,
    ...[...document.querySelectorAll('main input, main textarea, main option, main [aria-label], main [title]')].flatMap(one =>
        [one.value, one.textContent, one.getAttribute('aria-label'), one.getAttribute('title')])].some(one => String(one ?? '').includes(text)), visible)
    .catch(() => assert.fail(`${hash} shows it nowhere`));

/** Presses one of each kind of button; what opens is looked at and closed again. */
async function pressAll(hash) {
    const pressed = [];
    const pressNext = () => page.evaluate(known => {
        const kindOf = one => `${one.tagName} ${one.className} ${one.dataset.do ?? ''} ${one.querySelector('use')?.getAttribute('href') ?? ''}`;
        const next = [...document.querySelectorAll('main button:not([role=tab]):enabled, main summary')]
            .find(one => one.checkVisibility() && !known.includes(kindOf(one)));
        const kind = next && kindOf(next);
        next?.click();
        return kind;
    }, pressed);
    for (let kind; (kind = await pressNext());) {
        pressed.push(kind);
        await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))));
        await harmless(`${hash}, ${kind}`);
        for (let open = await page.locator('dialog[open]').count(); open > 0; --open) await page.keyboard.press('Escape');
        if (!page.url().endsWith(`#/${hash}`)) await go(hash);
    }
}

/** Until the new page has taken the place of the old one. */
async function go(hash) {
    await page.evaluate(() => { for (const old of document.querySelector('main').children) old.dataset.old = ''; });
    await visit(page, hash);
    await page.waitForFunction(() => document.querySelector('main h1') && !document.querySelector('main > [data-old], main .spinner-border'));
}

test('text that looks like markup is text on every page and in every dialog', async () => {
    await page.route('**/api/v1/**', route => {
        const request = route.request();
        return request.method() === 'GET' || request.url().includes('/preview') ? route.continue() : route.abort();
    });
    await page.reload();
    await page.locator('#page h1').waitFor();
    const {contact, company, deal, account, day} = ids;
    for (const hash of [
        ...['week', 'day', 'month', 'agenda'].map(view => `calendar?view=${view}&date=${day}`),
        'contacts?q=evil', `contacts/${contact}`, `contacts/${contact}/history`, `contacts/${contact}/calendar`, 'contacts/duplicates',
        'companies?q=img', `companies/${company}`, `companies/${company}/people`, `companies/${company}/deals`, `companies/${company}/history`,
        'deals', 'deals?view=list&q=img', `deals/${deal}`, `deals/${deal}/history`,
        `integrations/${account}/calendar/settings`, `integrations/${account}/contacts/settings`, `integrations/${account}/calendar/preview`,
        `integrations/${account}/journal`, 'devices', 'feeds', 'me',
        ...['users', 'users/evil', 'teams', 'organisation', 'types', 'accounts', 'history', 'trash'].map(name => `admin/${name}`),
    ]) {
        await go(hash);
        if (hash.endsWith('journal')) await page.getByLabel('Search the journal').fill('onerror');  // among others
        await shown(hash);
        await harmless(hash);
        await pressAll(hash);
    }
    await go('admin/erase');
    await page.getByLabel('Find by name or address').fill('Evil');
    await page.locator('main li').first().waitFor();
    await shown('erase');
    await pressAll('admin/erase');
    await closePage(page);
});
