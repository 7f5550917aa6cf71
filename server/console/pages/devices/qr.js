// A QR code, made by the server.
import {send} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {show} from '../../lib/ui.js';

/** Behind a button: who stands behind one shall not photograph it unasked. @param alt  what it leads to, for people */
export function qr(text, alt) {
    const place = h('div.qr');
    const button = h('button.btn.btn-outline-primary', {type: 'button', onclick: () => show(place, async () => {
        const response = await send('POST', '/qr', {body: {text}});
        const url = URL.createObjectURL(await response.blob());
        return h('figure', h('img', {src: url, alt, width: 220, height: 220, onload: () => URL.revokeObjectURL(url)}),
                 h('figcaption.small.text-secondary', alt));
    })}, t('devices.qr.show'));
    place.append(button);
    return place;
}
