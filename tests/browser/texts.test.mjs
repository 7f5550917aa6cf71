// Words: every language has all of them, and the code asks for none that isn't there.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import de from '../../server/console/texts/de.js';
import en from '../../server/console/texts/en.js';
import serverDe from '../../server/console/texts/server.de.js';

const consoleFolder = fileURLToPath(new URL('../../server/console', import.meta.url));
const sources = readdirSync(consoleFolder, {recursive: true})
    .filter(name => name.endsWith('.js') && !name.startsWith('texts'))
    .map(name => readFileSync(path.join(consoleFolder, name), 'utf8'));

const placeholders = text => [...(typeof text === 'object' ? Object.values(text).join(' ') : text).matchAll(/\{(\w+)\}/g)]
    .map(found => found[1]).filter((name, at, all) => all.indexOf(name) === at).sort().join();

test('German has the texts that English has, with the same things filled in', () => {
    assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
    assert.deepEqual(Object.keys(en).filter(key => placeholders(en[key]) !== placeholders(de[key])), []);
});

test('every text that the code names is there', () => {
    const named = sources.flatMap(text => [...text.matchAll(/\bt\('([^']+)'/g)].map(found => found[1]));
    assert.ok(named.length > 100);
    assert.deepEqual([...new Set(named)].filter(key => !(key in en)), []);
});

test('no markup is made from text', () => {
    for (const text of sources)
        assert.doesNotMatch(text, /\.(innerHTML|outerHTML)\s*[+=]|insertAdjacentHTML|document\.write|setAttribute\('style'/);
});

test('what is known of the server’s words is what the server says', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const code = ['bridge', 'server', 'store'].flatMap(folder => readdirSync(path.join(root, folder), {recursive: true})
        .filter(name => /\.(cpp|h)$/.test(name)).map(name => readFileSync(path.join(root, folder, name), 'utf8')))
        .join('\n').replaceAll(/"\s*\n\s*"/g, '').replaceAll('\\"', '"');
    const parts = key => key.split(/\{\w+\}/).map(part => part.trim()).filter(part => part.length > 2);
    assert.deepEqual(Object.keys(serverDe).filter(key => !parts(key).every(part => code.includes(part))), []);
    assert.deepEqual(Object.keys(serverDe).filter(key => [...serverDe[key].matchAll(/\{\w+\}/g)].some(([name]) => !key.includes(name))), []);
});
