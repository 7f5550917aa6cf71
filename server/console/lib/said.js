// What the server says – why a field is refused, why a sync waits – as a sentence in the reader's language. It says it in
// English; texts/server.LANGUAGE.js has the same words in another one, and what isn't there stays as it is.
import {chosenLanguage} from './i18n.js';

let exact = {}, patterns = [];

export async function loadSaid() {
    const language = chosenLanguage();
    exact = language === 'en' ? {} : (await import(`../texts/server.${language}.js`)).default;
    patterns = Object.entries(exact).filter(([key]) => key.includes('{')).sort(([a], [b]) => fixed(b) - fixed(a))
        .map(([key, text]) => ({text, names: [...key.matchAll(/\{(\w+)\}/g)].map(found => found[1]),
            form: new RegExp(`^${key.split(/\{\w+\}/).map(escape).join('(.*)')}$`, 's')}));
}
const escape = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const fixed = key => key.replace(/\{\w+\}/g, '').length;  // the most telling comes first

function translated(text) {
    if (Object.hasOwn(exact, text)) return exact[text];
    for (const {form, names, text: words} of patterns) {
        const found = form.exec(text);
        if (found) return words.replace(/\{(\w+)\}/g, (whole, name) => translated(found[names.indexOf(name) + 1]));
    }
    return text;
}

/** @param text  of the server; empty: stays so */
export function said(text) {
    if (!text) return '';
    const words = translated(text);
    return words[0].toUpperCase() + words.slice(1) + (/[.!?…:)”“]$/.test(words) ? '' : '.');
}
