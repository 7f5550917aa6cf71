// Words: every language has all of them, and the code asks for none that isn't there.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import de from '../../server/console/texts/de.js';
import en from '../../server/console/texts/en.js';

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
