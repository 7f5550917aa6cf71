// Every page by Tab: one sees where the focus is, it goes through all there is in the order of reading, is never lost on
// the way, and comes out at the end.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {closePage, laptop, launch, phone, shoot} from './support/browser.mjs';
import {ask, begin, make, visit} from './support/records.mjs';
import {startWorld} from './support/world.mjs';

let world, browser, page, pages;
before(async () => {
    [world, browser] = await Promise.all([startWorld(), launch()]);
    page = await begin(browser, world, {at: 'me'});
    await page.evaluate(() => {
        const fetch = window.fetch;
        window.asked = 0;
        window.fetch = (...what) => { ++window.asked; return fetch(...what).finally(() => setTimeout(() => --window.asked, 50)); };
    });
    const first = async path => (await ask(page, 'GET', `/${path}`)).items[0].id;
    const [contact, company, deal, account] = await Promise.all(['contacts', 'companies', 'deals', 'accounts'].map(first));
    for (const phone of ['+49 30 1', '+49 30 2'])
        await make(page, '/contacts', {firstName: 'Dora', lastName: 'Double', emails: [{value: 'dora@double.example'}], phones: [{value: phone}]});
    await ask(page, 'POST', '/feeds', {calendar: 'activities', detail: 'busy', label: 'Family'});
    await ask(page, 'POST', '/app-passwords', {label: 'Phone'});
    pages = ['calendar', 'calendar?view=day', 'calendar?view=month', 'calendar?view=agenda', 'contacts?q=ber', 'contacts/new', `contacts/${contact}`,
        `contacts/${contact}/history`, `contacts/${contact}/calendar`, 'contacts/duplicates', 'companies?q=a', 'companies/new', `companies/${company}`,
        `companies/${company}/people`, 'deals', 'deals?view=list', 'deals/new', `deals/${deal}`, 'integrations', 'integrations/new', 'integrations/new/dav',
        `integrations/${account}`, `integrations/${account}/calendar/settings`, `integrations/${account}/contacts/settings`,
        `integrations/${account}/calendar/preview`, `integrations/${account}/journal`, 'booking', 'devices', 'feeds', 'me', 'nowhere',
        ...['users', 'users/ben', 'teams', 'organisation', 'types', 'providers', 'accounts', 'health', 'history', 'trash'].map(name => `admin/${name}`)];
});
after(async () => { await browser?.close(); await world?.stop(); });

/** In the page: what Tab should come to, and how what has the focus looks. */
const inPage = () => {
    const looks = element => {
        const style = getComputedStyle(element);
        return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor].join('; ');
    };
    const isOut = element => element.closest('[inert]') || (document.querySelector('dialog[open]') && !element.closest('dialog[open]'));
    const tabbable = element => element.tabIndex >= 0 && !element.disabled && !isOut(element) && element.type !== 'hidden' &&
        element.checkVisibility({visibilityProperty: true}) && (element.type !== 'radio' || !element.name || inGroup(element));
    const inGroup = radio => {
        const all = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(radio.name)}"]`)];
        return radio.checked || (!all.some(one => one.checked) && all[0] === radio);
    };
    const name = element => `${element.tagName.toLowerCase()}.${String(element.className.baseVal ?? element.className).split(' ').slice(0, 3).join('.')} “${
        (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
    let list = [], before = null;
    const came = new Set();
    window.tabs = {
        all: () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(tabbable),
        begin() {
            window.scrollTo(0, 0);
            list = window.tabs.all();
            list[0].focus();  // the way begins there
            return list.length;
        },
        missed: () => window.tabs.all().filter(one => !came.has(one)).map(name),
        /** What has the focus, and whether what had it before looks otherwise without it. */
        here() {
            const at = document.activeElement, same = before && before.element !== at && looks(before.element) === before.looks;
            const unseen = same ? name(before.element) : '';
            if (before?.element !== at) before = null;
            if (!at || at === document.body || at === document.documentElement) return {lost: true, unseen};
            came.add(at);
            const box = at.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + Math.min(box.height / 2, 12);
            const over = document.elementFromPoint(x, y);
            const seen = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
            const with_ = looks(at);
            const covered = seen && over && !at.contains(over) && !over.contains(at) && ![...(at.labels ?? [])].some(label => label.contains(over));
            let index = list.indexOf(at);
            if (index < 0) index = (list = window.tabs.all()).indexOf(at);  // the page has changed
            if (index >= 0) before ??= {element: at, looks: with_};  // of a date the whole field: its parts show the focus themselves
            return {name: name(at), index, unseen, seen, covered: covered ? name(over) : '',
                    parts: /date|time|month/.test(at.type ?? ''),  // day, month and year are a step each
                    scrolls: at.scrollHeight > at.clientHeight || at.scrollWidth > at.clientWidth};
        },
    };
};

/** Goes round once. @returns what is wrong */
async function round(where) {
    await page.evaluate(inPage);
    const count = await page.evaluate(() => window.tabs.begin()), wrong = [], seen = [];
    let last = -1;
    for (let i = 0; i < 400; ++i) {
        if (i > 0) await page.keyboard.press('Tab');
        const here = await page.evaluate(() => window.tabs.here());
        if (here.unseen) wrong.push(`${here.unseen}: the focus isn’t seen`);
        if (here.lost) {
            if (seen.length < count) wrong.push(`after ${seen.at(-1)}: lost`);
            break;
        }
        if (seen.length && here.index >= 0 && here.index < last && here.index === 0) break;  // round
        if (here.index === last && here.parts) continue;
        if (here.index < 0 && !here.scrolls) wrong.push(`${here.name}: not expected here`);
        if (here.index >= 0 && here.index <= last) {
            wrong.push(`${here.name}: after ${seen.at(-1)}, a step back`);
            break;
        }
        if (!here.seen) wrong.push(`${here.name}: out of sight`);
        if (here.covered) wrong.push(`${here.name}: covered by ${here.covered}`);
        seen.push(here.name);
        if (here.index >= 0) last = here.index;
    }
    const missed = await page.evaluate(() => window.tabs.missed());
    if (missed.length) wrong.push(`never came to ${missed.slice(0, 5).join(', ')}`);
    assert.ok(seen.length > 3 || where === 'nowhere', `${where}: there is something to come to`);
    return wrong.map(one => `${where}: ${one}`);
}

/** Goes there within the console, and waits until nothing comes any more, the rest of a list included. */
async function shown(hash) {
    await page.evaluate(to => {
        document.querySelector('#page').firstElementChild.dataset.left = '';
        location.hash = to;
    }, `#/${hash}`);
    await page.waitForFunction(() => {
        const rest = document.querySelector('#page .more');
        rest?.checkVisibility() && rest.scrollIntoView();
        return document.querySelector('#page :is(h1, h2)') && !document.querySelector('#page :is([data-left], .spinner-border, .sync-progress)') &&
            !rest?.checkVisibility() && window.asked === 0;
    }, null, {timeout: 60000}).catch(error => { throw new Error(`${hash}: ${error.message}`); });
}

for (const [name, size, dark] of [['a large screen', laptop, false], ['a phone, in the dark', phone, true]])
    test(`Tab goes through every page on ${name}`, async () => {
        await page.setViewportSize(size);
        await page.emulateMedia({colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce'});
        const wrong = [];
        for (const hash of pages) {
            await shown(hash);
            wrong.push(...await round(hash));
        }
        assert.deepEqual(wrong, []);
    });

const dialogs = {
    'calendar': 'New activity', 'feeds': 'New feed', 'devices': 'New app password', 'admin/users': 'Add user', 'admin/teams': 'Add team',
    'admin/types': 'Add activity type', 'admin/users/ben': 'Set password',
};
test('a dialog keeps the focus within, and gives it back', async () => {
    await page.setViewportSize(laptop);
    const wrong = [];
    for (const [hash, name] of Object.entries(dialogs)) {
        await shown(hash);
        const opener = page.getByRole('button', {name, exact: true}).first();
        await opener.focus();
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').waitFor();
        wrong.push(...await round(`${hash}, ${name}`));
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({state: 'detached'});
        if (!await opener.evaluate(one => one === document.activeElement)) wrong.push(`${hash}: the focus doesn’t go back to “${name}”`);
    }
    assert.deepEqual(wrong, []);
});

test('a dialog goes when one goes back', async () => {
    await shown('devices');
    await shown('feeds');
    await page.getByRole('button', {name: 'New feed', exact: true}).click();
    await page.getByRole('dialog').waitFor();
    await page.goBack();
    await page.getByRole('dialog').waitFor({state: 'detached'});
    await page.getByRole('heading', {name: 'My devices', level: 1}).waitFor();
});

test('what is done by keyboard leaves the focus where one can go on', async () => {
    const isLost = () => page.evaluate(() => document.activeElement === null || document.activeElement === document.body);
    await visit(page, 'contacts/duplicates');
    await page.locator('.duplicate').first().waitFor();
    for (let left = await page.locator('.duplicate').count(); left > 0; left = await page.locator('.duplicate').count()) {
        const button = page.locator('.duplicate').first().getByRole('button', {name: 'They are different people'});
        await button.focus();
        await page.keyboard.press('Enter');
        await page.waitForFunction(before => document.querySelectorAll('.duplicate').length < before, left);
        await page.waitForLoadState('networkidle');
        assert.equal(await isLost(), false, `${left} were there`);
    }
    await visit(page, 'contacts');
    await page.getByLabel('Order').selectOption('newest');
    await page.locator('.record-row').first().waitFor();
    assert.equal(await isLost(), false);
    await page.locator('a.record-row').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', {name: 'Delete'}).focus();
    await page.keyboard.press('Enter');
    await page.locator('.toast-box', {hasText: 'was deleted'}).waitFor();
    await page.locator('.record-row').first().waitFor();
    assert.equal(await isLost(), false);
    await page.locator('.toast-box', {hasText: 'was deleted'}).getByRole('button', {name: 'Undo'}).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', {name: 'Delete'}).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await isLost(), false);
    await shoot(page, 'after-undo');
    await closePage(page);
});
