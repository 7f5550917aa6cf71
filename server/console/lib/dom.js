// Elements from values. Text stays text: nothing here or anywhere in the console parses markup from strings.

const svgSpace = 'http://www.w3.org/2000/svg';
const sprite = new URL('../icons.svg', import.meta.url).pathname;

/**
 * h('button.btn.btn-primary', {type: 'button', onclick: save, 'aria-label': 'Save'}, icon('check'), 'Save')
 * Children: elements, text, numbers, arrays of them; null, undefined and false are left out.
 * Attributes: on… are listeners; true is an empty attribute; null, undefined, false leave it out; `value`, `checked`
 * and the like are set as properties.
 */
export function h(what, ...rest) {
    const [tag, ...classes] = what.split('.');
    const element = document.createElement(tag || 'div');
    if (classes.length) element.className = classes.join(' ');
    const attributes = isAttributes(rest[0]) ? rest.shift() : {};
    for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
    append(element, rest);
    return element;
}

const properties = new Set(['value', 'checked', 'selected', 'indeterminate', 'disabled', 'hidden', 'open']);

function isAttributes(value) {
    return value !== null && typeof value === 'object' && !(value instanceof Node) && !Array.isArray(value);
}

function setAttribute(element, name, value) {
    if (value === null || value === undefined || value === false) return;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.classList.add(...String(value).split(' ').filter(Boolean));
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (properties.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
}

export function append(element, children) {
    for (const child of [children].flat(Infinity)) {
        if (child === null || child === undefined || child === false || child === '') continue;
        element.append(child instanceof Node ? child : String(child));
    }
    return element;
}

/** Puts `children` in the place of what `element` has. */
export function fill(element, ...children) {
    element.replaceChildren();
    return append(element, children);
}

/** A picture that says nothing by itself: the words beside it do. Its name is in icons.txt. */
export function icon(name, extra = '') {
    const svg = document.createElementNS(svgSpace, 'svg');
    svg.setAttribute('class', `icon ${extra}`.trim());
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS(svgSpace, 'use');
    use.setAttribute('href', `${sprite}#${name}`);
    svg.append(use);
    return svg;
}

/** A random id, to tie a label to its field. */
export function newId(prefix = 'x') {
    return `${prefix}-${Math.random().toString(36).slice(2, 9)}`;
}

/** Calls `work` after `milliseconds` without another call; aborted with the page. */
export function debounced(work, milliseconds, signal) {
    let timer = 0;
    signal?.addEventListener('abort', () => clearTimeout(timer));
    return (...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => work(...values), milliseconds);
    };
}

/** Draws at once, or when nothing in `place` is held down any more: of a button that goes meanwhile the click is lost. */
export function whenReleased(place, draw) {
    if (!place.querySelector(':active')) return draw();
    const over = new AbortController();
    for (const end of ['pointerup', 'pointercancel', 'keyup'])
        addEventListener(end, () => { over.abort(); setTimeout(draw); }, {signal: over.signal});
}
