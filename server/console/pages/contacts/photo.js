// The photo of a contact: shown, set, replaced, taken away.
import {api} from '../../lib/api.js';
import {fill, h, icon} from '../../lib/dom.js';
import {bytes} from '../../lib/format.js';
import {t} from '../../lib/i18n.js';
import {dialog, toast, toastError} from '../../lib/ui.js';
import {avatar} from '../records/list.js';

const most = 2097152;  // as the server has it
const types = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

export function photo(page) {
    const {record} = page;
    return h('button.photo', {type: 'button', 'aria-label': t(record.hasPhoto ? 'photo.change' : 'photo.add'), onclick: () => edit(page)},
        avatar(record, 'large'), h('span.photo-hint', {'aria-hidden': 'true'}, icon('camera')));
}

function edit(page) {
    const {record} = page;
    let chosen = null;
    const preview = h('div.photo-preview', avatar(record, 'huge'));
    const said = h('div.invalid-feedback.d-block', {role: 'alert'});
    const file = h('input.form-control', {type: 'file', accept: types.join(','), 'aria-label': t('photo.file'), onchange: () => {
        const [picked] = file.files;
        const fault = !picked ? '' : !types.includes(picked.type) ? t('photo.type')
            : picked.size > most ? t('photo.size', {size: bytes(picked.size), most: bytes(most)}) : '';
        fill(said, fault);
        file.classList.toggle('is-invalid', fault !== '');
        chosen = picked && !fault ? picked : null;
        if (!chosen) return fill(preview, avatar(record, 'huge'));
        const address = URL.createObjectURL(chosen);
        fill(preview, h('img.photo-chosen', {src: address, alt: t('photo.preview'), onload: () => URL.revokeObjectURL(address),
            onerror: () => { fill(said, t('photo.broken')); chosen = null; }}));
    }});
    const actions = [{label: t('photo.save'), run: async () => {
        if (!chosen) throw Object.assign(new Error(), {silent: true});
        await api.put(`/contacts/${record.id}/photo`, chosen, {type: chosen.type, signal: page.context.signal});
        await done(page, t('photo.saved'));
    }, failed: error => { if (error.silent) fill(said, t('photo.none')); return error.silent; }}];
    if (record.hasPhoto) actions.push({label: t('photo.remove'), kind: 'outline-danger', run: async () => {
        await api.del(`/contacts/${record.id}/photo`, {signal: page.context.signal});
        await done(page, t('photo.removed'));
    }});
    dialog({title: t('photo.title'), body: [preview, file, said], actions});
}

/** With the way back: the entry of the history that this was. */
async function done(page, text) {
    await page.reload({keepForm: true});
    const {items: [entry]} = await api.list('/history', {record: page.record.id, limit: 1});
    toast(text, {undo: async () => {
        try {
            await api.post('/undo', {entry: entry.id});
            await page.reload({keepForm: true});
            toast(t('undone'));
        } catch (error) {
            toastError(error);
        }
    }});
}
