// Every page when the server fails, is away, or has nothing at that address: it says so, and goes on when one tries again.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, shoot} from './support/browser.mjs';
import {ask, begin, visit} from './support/records.mjs';
import {startWorld} from './support/world.mjs';

let world, browser, page, pages;
before(async () => {
    [world, browser] = await Promise.all([startWorld(), launch()]);
    page = await begin(browser, world, {at: 'me', expects: [/status of (500|404)/, /ERR_FAILED/]});
    const first = async path => (await ask(page, 'GET', `/${path}`)).items[0].id;
    const [contact, company, deal, account] = await Promise.all(['contacts', 'companies', 'deals', 'accounts'].map(first));
    pages = ['calendar', 'calendar?view=month', 'calendar?view=agenda', 'contacts', `contacts/${contact}`, `contacts/${contact}/history`,
        `contacts/${contact}/calendar`, 'contacts/duplicates', 'companies', `companies/${company}`, `companies/${company}/people`,
        `companies/${company}/deals`, `companies/${company}/history`, 'deals', 'deals?view=list', `deals/${deal}`, `deals/${deal}/history`,
        'integrations', `integrations/${account}`, `integrations/${account}/calendar/settings`, `integrations/${account}/contacts/settings`,
        `integrations/${account}/calendar/preview`, `integrations/${account}/calendar/confirm`, `integrations/${account}/journal`, 'devices',
        'feeds', 'me', ...['users', 'users/ben', 'teams', 'organisation', 'types', 'providers', 'accounts', 'health', 'history', 'trash']
            .map(name => `admin/${name}`)];
});
after(async () => { await browser?.close(); await world?.stop(); });

const problems = () => page.locator('main [role=alert]:visible, .toast-error');
const fails = {
    'answers with an error': route => route.fulfill({status: 500, contentType: 'application/problem+json',
        body: JSON.stringify({title: 'Server error', status: 500, detail: 'something went wrong here'})}),
    'can’t be reached': route => route.abort(),
};

for (const [how, fail] of Object.entries(fails))
    test(`a server that ${how} is told on every page, and it goes on afterwards`, async () => {
        for (const hash of pages) {
            await page.goto('about:blank');
            await page.route('**/api/v1/**', route => /\/(session|events)\b/.test(new URL(route.request().url()).pathname)
                ? route.continue() : fail(route));
            await page.goto(`/console/#/${hash}`);
            await problems().first().waitFor().catch(() => assert.fail(`${hash} says nothing`));
            if (hash === 'contacts') {
                await axe(page);
                await shoot(page, `failure-${how.startsWith('a') ? 'error' : 'away'}`);
            }
            await page.unroute('**/api/v1/**');
            await page.waitForFunction(() => {
                for (const again of document.querySelectorAll('main [role=alert] button')) again.click();
                return !document.querySelector('main .spinner-border, main [role=alert] button') && document.querySelector('main h1');
            }, null, {polling: 200}).catch(() => assert.fail(`${hash} doesn’t go on`));
            assert.equal(await page.locator('main [role=alert]:visible').count(), 0, hash);
        }
    });

test('an address that leads nowhere says so', async () => {
    const nobody = '01a20000-0000-7000-8000-000000000000';
    for (const hash of ['nowhere', 'contacts/%zz', 'contacts/..%2Fusers%2Fben', 'companies/..%5Cusers', 'deals/..', `contacts/${nobody}`, `companies/${nobody}`, `deals/${nobody}`, `integrations/${nobody}`,
                        `integrations/${nobody}/journal`, 'admin/users/nobody']) {
        await page.goto('about:blank');
        await page.goto(`/console/#/${hash}`);
        await page.locator('main').getByText('There is nothing at this address.').waitFor().catch(() => assert.fail(`${hash} says nothing`));
    }
    await visit(page, 'me');
    await closePage(page);
});
