// Words by key, from one file for each language: texts/en.js, texts/de.js.

export const languages = {en: 'English', de: 'Deutsch'};

let texts = {};
let plural = new Intl.PluralRules('en');
/** BCP 47, as the browser writes dates and numbers. */
export let locale = 'en';

/** Chosen in the user's menu, else the first that the browser asks for and we have. */
export function chosenLanguage() {
    const wanted = [localStorage.getItem('language'), ...navigator.languages].filter(Boolean);
    return wanted.map(tag => tag.slice(0, 2).toLowerCase()).find(tag => tag in languages) ?? 'en';
}

export async function loadTexts() {
    const language = chosenLanguage();
    texts = (await import(`../texts/${language}.js`)).default;
    locale = navigator.languages.find(tag => tag.toLowerCase().startsWith(language)) ?? language;
    plural = new Intl.PluralRules(locale);
    document.documentElement.lang = language;
}

/**
 * The words for `key`, {name} replaced by params.name. Words that depend on a number are an object: {one: '1 guest',
 * other: '{n} guests'}, chosen by params.n. An unknown key shows itself, so that it is found.
 */
export function t(key, params = {}) {
    let text = texts[key];
    if (text === undefined) return key;
    if (typeof text === 'object') text = text[plural.select(Number(params.n))] ?? text.other;
    return text.replace(/\{(\w+)\}/g, (whole, name) => name in params ? formatted(params[name]) : whole);
}

/** Is there a text of that key? */
export const hasText = key => key in texts;

function formatted(value) {
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : String(value);
}
