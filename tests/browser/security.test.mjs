// What a browser protects us from, tried in a browser.
import assert from 'node:assert/strict';
import http from 'node:http';
import test, {after, before} from 'node:test';
import {launch, openPage, signIn} from './support/browser.mjs';
import {startWorld} from './support/world.mjs';

let world, browser, evil;
before(async () => {
    [world, browser] = await Promise.all([startWorld(), launch()]);
    evil = http.createServer((request, response) => {
        response.writeHead(200, {'Content-Type': 'text/html'});
        response.end(request.url === '/frame' ? `<iframe src="${world.address}/console/"></iframe>` : `
            <form method="post" action="${world.address}/api/v1/companies" enctype="text/plain">
            <input name='{"name":"Stolen","x":"' value='"}'></form><script>
            const tries = [
                () => fetch('${world.address}/api/v1/companies', {method: 'POST', credentials: 'include', mode: 'no-cors',
                            body: '{"name":"Stolen"}'}),
                () => fetch('${world.address}/api/v1/companies', {method: 'POST', credentials: 'include',
                            headers: {'X-CSRF-Token': 'x', 'Content-Type': 'application/json'}, body: '{"name":"Stolen"}'}),
            ];
            Promise.allSettled(tries.map(one => one())).then(() => { document.title = 'tried'; });
            </script>`);
    });
    await new Promise(resolve => evil.listen(0, '127.0.0.1', resolve));
});
after(async () => { await browser?.close(); await world?.stop(); evil?.close(); });

/** Another site: another host name for the same machine. */
const evilAddress = () => `http://localhost:${evil.address().port}`;

async function companies(page) {
    return page.evaluate(async () => (await (await fetch('/api/v1/companies?q=Stolen', {headers: {'X-CSRF-Token': ''}})).json()).items.length);
}

test('the cookie is out of reach for scripts', async () => {
    const page = await openPage(browser, world);
    await signIn(page);
    const cookies = await page.context().cookies();
    assert.equal(cookies.length, 1);
    assert.equal(cookies[0].httpOnly, true);
    assert.equal(cookies[0].sameSite, 'Lax');
    assert.equal(await page.evaluate(() => document.cookie), '');
    await page.context().close();
});

test('another site changes nothing, by form or by script', async () => {
    const page = await openPage(browser, world);
    await signIn(page);
    const other = await page.context().newPage();
    await other.goto(evilAddress());
    await other.waitForFunction(() => document.title === 'tried');
    await other.evaluate(() => document.forms[0].submit());
    await other.waitForLoadState();
    assert.equal(await companies(page), 0);
    await page.context().close();
});

test('another site cannot show the console in a frame', async () => {
    const page = await openPage(browser, world);
    await signIn(page);
    const other = await page.context().newPage();
    await other.goto(`${evilAddress()}/frame`);
    await other.waitForLoadState('networkidle');
    assert.equal(await other.frames().at(-1).locator('nav').count(), 0);
    await page.context().close();
});

test('the page runs nothing but its own files', async () => {
    const page = await openPage(browser, world);
    await signIn(page);
    const ran = await page.evaluate(() => {
        const script = document.createElement('script');
        try {
            script.textContent = 'window.ran = true';
            document.body.append(script);
        } catch {
            // Trusted Types refuse it before the policy does.
        }
        try {
            document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.ran = true">');
        } catch {
            return false;
        }
        return window.ran === true;
    });
    assert.equal(ran, false);
    await page.context().close();
});

test('an address with another site in it leads nowhere else', async () => {
    const page = await openPage(browser, world);
    await signIn(page);
    for (const hash of ['#//evil.example', '#/https://evil.example', '#/calendar?next=https://evil.example', '#javascript:alert(1)']) {
        await page.goto(`/console/${hash}`);
        await page.waitForLoadState('networkidle');
        assert.equal(new URL(page.url()).origin, world.address);
    }
    await page.context().close();
});
