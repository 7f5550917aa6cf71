import {h} from '../../lib/dom.js';

/** Settings that belong together, under a heading. */
export const group = (title, ...fields) => h('section.panel.setting-group', h('h2.h6', title), fields);
