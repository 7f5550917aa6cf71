// Several contacts become one: which one stays, what it will be, and back again.
import {api} from '../../lib/api.js';
import {fill, h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dialog, toast, toastError} from '../../lib/ui.js';
import {avatar, lines} from '../records/list.js';
import {picker} from '../records/picker.js';
import {addressText, fieldText, fieldTitle} from '../records/values.js';

const single = ['displayName', 'prefix', 'firstName', 'middleName', 'lastName', 'suffix', 'nickname', 'companyName', 'jobTitle',
                'department', 'birthday'];
const normal = {
    emails: value => value.toLowerCase().trim(), phones: value => value.replace(/[^\d+]/g, ''),
    urls: value => value.toLowerCase().replace(/\/$/, ''), ims: value => value.toLowerCase(), dates: value => value,
};

/** What a merge makes of them, as the server does it: the one gets what it lacks of the others, oldest first. */
export function preview(into, others) {
    const made = structuredClone(into);
    for (const other of others.toSorted((a, b) => a.created.localeCompare(b.created))) {
        for (const name of single) made[name] ||= other[name];
        for (const [name, form] of Object.entries(normal)) {
            const known = new Set(made[name].map(one => form(one.value)));
            made[name].push(...other[name].filter(one => !known.has(form(one.value)) && known.add(form(one.value))));
        }
        const places = new Set(made.addresses.map(one => addressText(one).toLowerCase()));
        made.addresses.push(...other.addresses.filter(one => !places.has(addressText(one).toLowerCase())));
        made.tags = [...new Set([...made.tags, ...other.tags])];
        if (!made.notes.includes(other.notes)) made.notes = [made.notes, other.notes].filter(Boolean).join('\n\n');
        made.custom = {...other.custom, ...made.custom};
        made.hasPhoto ||= other.hasPhoto;
    }
    return made;
}

const shown = ['companyName', 'jobTitle', 'department', 'emails', 'phones', 'addresses', 'urls', 'ims', 'birthday', 'dates', 'tags', 'notes', 'custom'];

/** The merged contact, with what is new in it marked. */
export function previewOf(into, others) {
    const made = preview(into, others);
    const rows = shown.filter(name => fieldText(name, made[name])).map(name => {
        const before = new Set(fieldText(name, into[name]).split('\n'));
        return [h('dt', fieldTitle(name)), h('dd.wrap-anywhere', fieldText(name, made[name]).split('\n').map(line =>
            h('div', before.has(line) ? line : h('ins', line))))];
    });
    const photoOf = made.hasPhoto && !into.hasPhoto ? others.find(one => one.hasPhoto) : made;
    return h('div.merge-preview', h('div.record-heading', avatar(photoOf), h('strong.wrap-anywhere', made.displayName)), h('dl.history-fields', rows));
}

/** @returns what the server answers; says so, with the way back. @param back  called after an undo */
export async function merge(into, others, back) {
    const done = await api.post(`/contacts/${into.id}/merge`, {others: others.map(one => one.id)}, {etag: into.etag});
    toast(t('merge.done', {n: others.length + 1, name: done.contact.displayName}), {undo: async () => {
        try {
            await api.post('/undo', {entry: done.entry});
            toast(t('undone'));
            back();
        } catch (error) {
            toastError(error);
        }
    }});
    return done;
}

/** From a contact's page: chooses the other one. */
export function mergeWith(page) {
    const {record, context} = page;
    let other = null;
    const place = h('div');
    const search = picker({name: 'others', label: t('merge.which'), path: '/contacts', signal: context.signal,
        show: one => [one.displayName, [one.companyName, one.emails[0]?.value].filter(Boolean).join(', ')],
        picked: one => {
            if (one.id === record.id) return fill(place, h('p.text-danger', {role: 'alert'}, t('merge.itself')));
            other = one;
            fill(place, h('p', t('merge.explain', {name: one.displayName})),
                 h('div.record-row', avatar(one), lines(one.displayName, [one.companyName, one.emails[0]?.value].filter(Boolean).join(', '))),
                 h('h3.h6.mt-3', t('merge.result')), previewOf(record, [one]));
        }});
    dialog({title: t('merge.title', {name: record.displayName}), wide: true, body: [search.element, place], actions: [{
        label: t('merge.do'), run: async () => {
            if (!other) throw Object.assign(new Error(), {silent: true});
            await merge(record, [other], () => page.reload().catch(toastError));
            await page.reload();
        },
        failed: error => { if (error.silent) search.focus(); return error.silent; },
    }]});
    search.focus();
}
