// The page on which a sign-in at Google or Microsoft ends when it didn't end well: the server's words in the reader's language.
import {fill, h} from './lib/dom.js';
import {loadTexts, t} from './lib/i18n.js';
import {loadSaid, said} from './lib/said.js';
import {logo} from './shell/logo.js';

const box = document.querySelector('.sign-in');
const [title, text, back] = box.children;
await Promise.all([loadTexts(), loadSaid()]);
document.title = t(`signInAnswer.${box.dataset.state}`);
fill(title, document.title);
title.classList.add('text-center', 'mb-3');
fill(text, said(text.textContent));
fill(back, t('signInAnswer.back'));
box.prepend(h('div.text-center.mb-3', logo(48)));
