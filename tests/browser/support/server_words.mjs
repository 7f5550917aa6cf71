// What the server can say to people, found in its sources: the words of exceptions, reasons and causes.
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Which argument of a call is what is said. */
const calls = {InvalidField: 1, Problem: 1, problemResponse: 1, NotFound: 0, Forbidden: 0, PreconditionFailed: 0, NotNow: 0, TryLater: 0,
    ReconnectNeeded: 0, Refused: 0, CollectionGone: 0, Nonsense: 0, LeftAlone: 0, BadSetting: 1, Changed: 0, Gone: 0, StoreBusy: 0,
    ProviderError: 0, HttpRefused: 0, skip: 1, block: 1, later: 0};
const members = ['reason', 'cause', 'skip', 'hold', 'note', 'refused'];
/** Programs speak to these, or the command line does. */
const elsewhere = /^server\/(commands|dav|import|demo)\/|^server\/(config|settings|hooks)\.cpp$|_test\.cpp$/;

export function sources() {
    return ['bridge', 'server', 'store'].flatMap(folder => readdirSync(path.join(root, folder), {recursive: true})
        .map(name => path.posix.join(folder, name)).filter(name => /\.(cpp|h)$/.test(name) && !elsewhere.test(name))
        .map(name => ({name, text: readFileSync(path.join(root, name), 'utf8').replace(/^\s*\/\/.*$/gm, '')})));
}

/** The text up to what closes or ends the expression that begins at `from`, cut at commas outside brackets. */
function parts(text, from, ends) {
    const all = [''];
    let depth = 0, quoted = false;
    for (let i = from; i < text.length; ++i) {
        const c = text[i];
        if (quoted) {
            if (c === '\\') all[all.length - 1] += text[i++];
            else if (c === '"') quoted = false;
        } else if (c === '"') quoted = true;
        else if (c === "'" && text[i + 2] === "'") { all[all.length - 1] += text.slice(i, i + 2); i += 2; }
        else if (depth === 0 && ends.includes(c)) return all;
        else if ('([{'.includes(c)) ++depth;
        else if (')]}'.includes(c)) --depth;
        else if (c === ',' && depth === 0) { all.push(''); continue; }
        all[all.length - 1] += text[i];
    }
    return all;
}

/** An expression cut at an operator that stands outside brackets and texts. */
function cut(expression, operator) {
    const all = [''];
    let depth = 0, quoted = false;
    for (let i = 0; i < expression.length; ++i) {
        const c = expression[i];
        if (quoted && c === '\\') { all[all.length - 1] += c + expression[++i]; continue; }
        if (c === '"') quoted = !quoted;
        if (!quoted && '([{'.includes(c)) ++depth;
        if (!quoted && ')]}'.includes(c)) --depth;
        const isScope = c === ':' && (expression[i + 1] === ':' || expression[i - 1] === ':');
        if (!quoted && depth === 0 && c === operator && !isScope) all.push('');
        else all[all.length - 1] += c;
    }
    return all;
}

const literal = /^\s*(?:std::string\()?((?:"(?:[^"\\]|\\.)*"\s*)+)\)?\s*$/;
const unquoted = text => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(found => JSON.parse(`"${found[1]}"`)).join('');

/** The sentences that an expression can be; \0 stands for what changes. */
function sentences(expression) {
    const [condition, ...rest] = cut(expression, '?');
    if (rest.length) return cut(rest.join('?'), ':').flatMap(sentences);
    return [cut(condition, '+').map(part => literal.test(part) ? unquoted(literal.exec(part)[1]) : '\0').join('')];
}

/** @returns [{name, words}]  words: with \0 in the place of what changes */
export function serverWords() {
    const found = [];
    for (const {name, text} of sources()) {
        const add = (expression, form = /./) => {
            for (const words of sentences(expression)) if (form.test(words) && /[a-z]{3}/i.test(words.replaceAll("\\0", ""))) found.push({name, words});
        };
        for (const match of text.matchAll(new RegExp(`\\b(${Object.keys(calls).join('|')})(?: \\w+)?\\(`, 'g'))) {
            const argument = parts(text, match.index + match[0].length, ')')[calls[match[1]]];
            if (argument !== undefined) add(argument);
        }
        if (name.startsWith('bridge/'))
            for (const match of text.matchAll(/\breturn (?=")/g)) add(parts(text, match.index + match[0].length, ';')[0], /^[^=$]*( [^=$]*){3}$/);
        for (const match of text.matchAll(new RegExp(`\\b(?:${members.join('|')}) = `, 'g')))
            add(parts(text, match.index + match[0].length, ';,)}')[0]);
    }
    return found;
}
