// What the console costs: bytes over the line, shifts of what one is about to click.
import assert from 'node:assert/strict';
import test, {after, before} from 'node:test';
import {closePage, launch, openPage, phone, signIn} from './support/browser.mjs';
import {startWorld} from './support/world.mjs';

let world, browser;
before(async () => { [world, browser] = await Promise.all([startWorld(), launch()]); });
after(async () => { await browser?.close(); await world?.stop(); });

/** Bytes as they come over the line, by what they are, until `work` is done. */
async function weigh(page, work) {
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    session.on('Network.loadingFinished', ({encodedDataLength}) => { bytes += encodedDataLength; });
    await work();
    await session.detach();
    return bytes;
}

test('the first page is below 300 KB compressed, the next visit below 30', async () => {
    const page = await openPage(browser, world);
    const first = await weigh(page, async () => {
        await signIn(page);
        await page.locator('h1').waitFor();
        await page.waitForLoadState('networkidle');
    });
    console.log(`first page: ${Math.round(first / 1000)} KB`);
    assert.ok(first < 300_000, `${first} bytes`);
    const again = await weigh(page, async () => {
        await page.reload();
        await page.locator('h1').waitFor();
        await page.waitForLoadState('networkidle');
    });
    console.log(`again: ${Math.round(again / 1000)} KB`);
    assert.ok(again < 30_000 + first / 4, `${again} bytes: files are kept`);
    await closePage(page);
});

for (const [name, size] of [['a laptop', undefined], ['a phone', phone]])
    test(`nothing shifts while pages load, on ${name}`, async () => {
        const page = await openPage(browser, world, {size});
        await page.addInitScript(() => {
            window.shifts = [];
            new PerformanceObserver(list => {
                for (const entry of list.getEntries())
                    if (!entry.hadRecentInput)
                        window.shifts.push([entry.value, ...entry.sources.map(one => one.node?.className ?? '')]);
            }).observe({type: 'layout-shift', buffered: true});
        });
        await signIn(page);
        for (const place of ['calendar', 'contacts', 'companies', 'deals', 'integrations', 'devices', 'feeds', 'me', 'admin']) {
            await page.goto(`/console/#/${place}`);
            await page.locator('h1').waitFor();
            await page.waitForLoadState('networkidle');
            const shifts = await page.evaluate(() => window.shifts.splice(0));
            const sum = shifts.reduce((all, [value]) => all + value, 0);
            assert.ok(sum < 0.1, `${place}: ${JSON.stringify(shifts)}`);  // what is called good
        }
        await closePage(page);
    });
