// Companies and deals: made, found, changed; deals move between stages by hand, by menu, and back.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axe, closePage, launch, phone, shoot} from './support/browser.mjs';
import {ask, begin as signedIn, fits, make, toast, visit} from './support/records.mjs';
import {startWorld} from './support/world.mjs';

let world, browser;
before(async () => { [world, browser] = await Promise.all([startWorld(), launch()]); });
after(async () => { await browser?.close(); await world?.stop(); });

const begin = options => signedIn(browser, world, options);

test('a company has its people and deals', async () => {
    const page = await begin();
    await visit(page, 'companies');
    await page.locator('.record-row').first().waitFor();
    await shoot(page, 'companies');
    await axe(page);
    await page.getByRole('link', {name: 'New company'}).click();
    await page.getByLabel('Name', {exact: true}).fill('Quux & Sons <b>Ltd</b>');
    await page.getByLabel('Mail domains').fill('quux.example');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('heading', {name: 'Quux & Sons <b>Ltd</b>'}).waitFor();
    await page.getByRole('tab', {name: 'People'}).click();
    await page.getByRole('link', {name: 'New contact'}).click();
    await page.getByLabel('First name').fill('Quentin');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('heading', {name: 'Quentin'}).waitFor();
    assert.equal(await page.getByLabel('Company').inputValue(), 'Quux & Sons <b>Ltd</b>');
    const [company] = (await ask(page, 'GET', '/companies?q=Quux')).items;
    await visit(page, `companies/${company.id}/people`);
    await page.getByRole('link', {name: 'Quentin'}).waitFor();
    await shoot(page, 'company-people');
    await page.getByRole('tab', {name: 'Details'}).click();
    await shoot(page, 'company');
    await page.getByLabel('Mail domains').focus();
    await page.keyboard.type('quux.test');
    await page.getByRole('button', {name: 'Save'}).click();
    await toast(page, 'Saved.').waitFor();
    assert.deepEqual((await ask(page, 'GET', `/companies/${company.id}`)).domains, ['quux.example', 'quux.test']);
    await axe(page);
    await closePage(page);
});

test('a deal moves between stages, and back', async () => {
    const page = await begin({expects: [/ERR_FAILED/]});
    const deal = await make(page, '/deals', {title: 'Board deal', stage: 'lead', valueCents: 123450, currency: 'EUR'});
    await visit(page, 'deals');
    const column = name => page.getByRole('listitem', {name, exact: true});
    await column('Lead').getByText('Board deal').waitFor();
    await shoot(page, 'deals', {dark: true});
    await axe(page);
    await page.getByLabel('Stage of Board deal').selectOption('proposal');
    await column('Proposal').getByText('Board deal').waitFor();
    await toast(page, 'Board deal: Proposal.').getByRole('button', {name: 'Undo'}).click();
    await column('Lead').getByText('Board deal').waitFor();
    await page.locator('.board-card', {hasText: 'Board deal'}).dragTo(column('Qualified'), {targetPosition: {x: 30, y: 20}});
    await column('Qualified').getByText('Board deal').waitFor();
    await toast(page, 'Board deal: Qualified.').waitFor();
    assert.equal((await ask(page, 'GET', `/deals/${deal.id}`)).stage, 'qualified');
    await page.route('**/api/v1/deals/*', route => route.request().method() === 'PATCH' ? route.abort() : route.continue());
    await page.getByLabel('Stage of Board deal').selectOption('won');
    await page.locator('.toast-error').waitFor();
    await column('Qualified').getByText('Board deal').waitFor();
    await closePage(page);
});

test('a deal is made with company and people, and its sum is checked', async () => {
    const page = await begin();
    await make(page, '/companies', {name: 'Dealmakers Inc'});
    await make(page, '/contacts', {firstName: 'Della', lastName: 'Deal'});
    await visit(page, 'deals/new');
    await page.getByLabel('Title').fill('Large deal');
    await page.getByLabel('Value').fill('a lot');
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('Write a sum such as').waitFor();
    await page.getByLabel('Value').fill('12,345.60');
    await page.getByLabel('Company').fill('dealmakers');
    await page.getByRole('option', {name: 'Dealmakers Inc'}).click();
    await page.getByLabel('People').fill('della');
    await page.getByRole('option', {name: 'Della Deal'}).click();
    await page.getByRole('link', {name: 'Della Deal'}).waitFor();
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('heading', {name: 'Large deal'}).waitFor();
    const [deal] = (await ask(page, 'GET', '/deals?q=Large')).items;
    assert.deepEqual([deal.valueCents, deal.currency, deal.contacts.length, deal.company !== null], [1234560, 'EUR', 1, true]);
    assert.equal(await page.getByLabel('Company').inputValue(), 'Dealmakers Inc');
    await shoot(page, 'deal');
    await axe(page);
    await visit(page, 'deals?view=list');
    await page.getByRole('link', {name: 'Board', exact: true}).click();
    await page.locator('.board-card').first().waitFor();
    await page.getByRole('link', {name: 'List', exact: true}).click();
    await page.getByRole('searchbox').fill('large');
    await page.locator('.record-row', {hasText: 'Large deal'}).waitFor();
    await shoot(page, 'deals-list');
    await axe(page);
    await closePage(page);
});

test('a phone shows companies and deals', async () => {
    const page = await begin({size: phone});
    for (const [place, shown] of [['companies', '.record-row'], ['deals', '.board-card'], ['deals?view=list', '.record-row']]) {
        await visit(page, place);
        await page.locator(shown).first().waitFor();
        await fits(page);
    }
    await page.locator('.record-row').first().click();
    await page.locator('.record-form').waitFor();
    await fits(page);
    await closePage(page);
});
