// Words: every language has all of them, and the code asks for none that isn't there.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import de from '../../server/console/texts/de.js';
import en from '../../server/console/texts/en.js';
import serverDe from '../../server/console/texts/server.de.js';
import {serverWords, sources as serverSources} from './support/server_words.mjs';

import * as booking from '../../server/console/book/texts.js';

const consoleFolder = fileURLToPath(new URL('../../server/console', import.meta.url));
const files = readdirSync(consoleFolder, {recursive: true}).filter(name => name.endsWith('.js') && !name.includes('texts'))
    .map(name => ({name, text: readFileSync(path.join(consoleFolder, name), 'utf8')}));
const sources = files.map(file => file.text);
const isBooking = file => file.name.startsWith('book/');

const placeholders = text => [...(typeof text === 'object' ? Object.values(text).join(' ') : text).matchAll(/\{(\w+)\}/g)]
    .map(found => found[1]).filter((name, at, all) => all.indexOf(name) === at).sort().join();

test('German has the texts that English has, with the same things filled in', () => {
    assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
    assert.deepEqual(Object.keys(en).filter(key => placeholders(en[key]) !== placeholders(de[key])), []);
    assert.deepEqual(Object.keys(booking.de).sort(), Object.keys(booking.en).sort());
    assert.deepEqual(Object.keys(booking.en).filter(key => placeholders(booking.en[key]) !== placeholders(booking.de[key])), []);
});

test('every text that the code names is there', () => {
    const named = some => [...new Set(some.flatMap(({text}) => [...text.matchAll(/\bt\('([^']+)'/g)].map(found => found[1])))];
    assert.ok(named(files).length > 100);
    assert.deepEqual(named(files.filter(file => !isBooking(file))).filter(key => !(key in en)), []);
    assert.deepEqual(named(files.filter(isBooking)).sort(), Object.keys(booking.en).sort());
});

test('no markup is made from text', () => {
    for (const text of sources)
        assert.doesNotMatch(text, /\.(innerHTML|outerHTML)\s*[+=]|insertAdjacentHTML|document\.write|setAttribute\('style'/);
});

/** The library that asks providers has words of its own (curl_easy_strerror). */
const ofCurl = ['Couldn\'t resolve host name', 'Couldn\'t connect to server', 'Timeout was reached', 'SSL connect error',
    'SSL peer certificate or SSH remote key was not OK', 'Failure when receiving data from the peer',
    'Server returned nothing (no headers, no data)'];

test('what is known of the server’s words is what the server says', () => {
    const code = [...serverSources().map(one => one.text), ...ofCurl].join('\n').replaceAll(/"\s*\n\s*"/g, '').replaceAll('\\"', '"');
    const parts = key => key.split(/\{\w+\}/).map(part => part.trim()).filter(part => part.length > 2);
    assert.deepEqual(Object.keys(serverDe).filter(key => !parts(key).every(part => code.includes(part))), []);
    assert.deepEqual(Object.keys(serverDe).filter(key => [...serverDe[key].matchAll(/\{\w+\}/g)].some(([name]) => !key.includes(name))), []);
});

test('whatever the server says to people it says in German, too', async () => {
    globalThis.localStorage = {getItem: () => 'de'};
    Object.defineProperty(globalThis, 'navigator', {value: {languages: ['de']}, configurable: true});
    const {loadSaid, said} = await import('../../server/console/lib/said.js');
    await loadSaid();
    const all = serverWords();
    assert.ok(all.length > 500, 'the sources are read as they are written');
    const sample = words => words.replaceAll('\0', 'Xyzzy');
    const plain = text => text.toLowerCase().replace(/\.$/, '');
    const missing = all.filter(({words}) => plain(said(sample(words))) === plain(sample(words)));
    assert.deepEqual(missing.map(({name, words}) => `${name}: ${words.replaceAll('\0', '{…}')}`), [], 'texts/server.de.js lacks these');
});
