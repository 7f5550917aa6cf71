import {h} from '../lib/dom.js';

/** @param size  in pixels */
export function logo(size) {
    return h('img', {src: new URL('../logo.svg', import.meta.url).pathname, width: size, height: size, alt: 'crmdav'});
}
