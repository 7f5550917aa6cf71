// The organisation: name, mail domains, zone, region, logo.
import {api} from '../../lib/api.js';
import {fill, h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {busy, pageHead, toast, toastError} from '../../lib/ui.js';
import {input, select, showError, showErrors, clearErrors, textarea, values, zones} from '../../lib/form.js';
import {button, panel} from './parts.js';

/** Name and logo stand beside the page, too. */
const announce = () => dispatchEvent(new Event('organisation'));

export async function render({signal}) {
    const organisation = await api.get('/organisation', {}, {signal});
    return [pageHead(t('admin.organisation')),
            h('div.panel', form(organisation)), panel(t('admin.organisation.logo'), logo(organisation))];
}

function form(organisation) {
    const fixed = name => organisation.fixed.includes(name);
    const about = (name, help) => fixed(name) ? t('admin.fixed') : help;
    const button = h('button.btn.btn-primary', {type: 'submit'}, t('save'));
    const element = h('form', {novalidate: true, onsubmit: async event => {
        event.preventDefault();
        clearErrors(element);
        const found = values(element);
        const wanted = {name: found.name.trim(), domains: found.domains.split(/[\s,;]+/).filter(Boolean), zone: found.zone,
                        region: found.region.trim().toUpperCase()};
        for (const name of organisation.fixed) delete wanted[name];
        try {
            await busy(button, api.patch('/organisation', wanted));
            toast(t('saved'));
            announce();
        } catch (error) {
            if (!showErrors(element, error)) toastError(error);
        }
    }},
        input('name', {label: t('admin.organisation.name'), value: organisation.name, disabled: fixed('name'),
            help: about('name', ''), maxlength: 200}),
        textarea('domains', {label: t('admin.organisation.domains'), value: organisation.domains.join('\n'), rows: 2,
            disabled: fixed('domains'), help: about('domains', t('admin.organisation.domains.help'))}),
        select('zone', zones(null), {label: t('admin.organisation.zone'), value: organisation.zone,
            disabled: fixed('zone'), help: about('zone', t('admin.organisation.zone.help'))}),
        input('region', {label: t('admin.organisation.region'), value: organisation.region, maxlength: 2,
            disabled: fixed('region'), help: about('region', t('admin.organisation.region.help'))}),
        organisation.fixed.length < 4 && button);
    return element;
}

const types = ['image/png', 'image/jpeg', 'image/webp'], most = 512 * 1024;

function logo(organisation) {
    const place = h('div');
    const changed = async said => {
        toast(said);
        announce();
        organisation.logo = (await api.get('/organisation')).logo;
        draw();
    };
    const send = async event => {
        const [file] = event.target.files;
        clearErrors(place);
        if (!file) return;
        if (!types.includes(file.type)) return showError(place, 'logo', t('admin.organisation.logo.type'));
        if (file.size > most) return showError(place, 'logo', t('admin.organisation.logo.size'));
        try {
            await api.put('/organisation/logo', file, {type: file.type});
            await changed(t('saved'));
        } catch (error) {
            showError(place, 'logo', error.detail ?? t('error.unexpected'));
        }
    };
    const remove = async () => {
        try {
            await api.del('/organisation/logo');
            await changed(t('admin.organisation.logo.removed'));
        } catch (error) {
            toastError(error);
        }
    };
    const draw = () => fill(place,
        organisation.logo && h('p', h('img.admin-logo', {alt: t('admin.organisation.logo'),
            src: api.address('/organisation/logo', {v: organisation.logo})})),
        input('logo', {label: t('admin.organisation.logo.choose'), help: t('admin.organisation.logo.help'),
            type: 'file', accept: types.join(','), onchange: send}),
        organisation.logo && button(t('admin.organisation.logo.remove'), remove));
    draw();
    return place;
}
