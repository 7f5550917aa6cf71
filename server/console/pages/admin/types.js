// Activity types and their colours.
import {api} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {badge, confirm, dialog, pageHead, toast} from '../../lib/ui.js';
import {checkbox, input, showErrors, values} from '../../lib/form.js';
import {act, button, reload, row, rows} from './parts.js';

export async function render({signal}) {
    const {items} = await api.list('/activity-types', {}, {signal});
    return [pageHead(t('admin.types'), h('button.btn.btn-primary', {type: 'button', onclick: () => edit(null)},
                                         icon('plus-lg'), t('admin.types.add'))),
            h('p.text-secondary', t('admin.types.text')),
            h('div.panel', rows(items.map(typeRow)))];
}

function swatch(color) {
    const patch = h('span.admin-swatch', {'aria-hidden': 'true'});
    patch.style.backgroundColor = color;
    return patch;
}

const typeRow = type => row(
    h('div.d-flex.gap-3.align-items-center', swatch(type.color), h('span.fw-semibold', type.name)),
    type.isDefault && badge(t('admin.types.default'), 'primary'),
    button(t('edit'), () => edit(type)),
    !type.isDefault && button(t('delete'), async () => {
        if (!await confirm({title: t('admin.types.remove', {name: type.name}), text: t('admin.types.remove.text'),
            action: t('delete')})) return;
        act(() => api.del(`/activity-types/${type.id}`, {etag: type.etag}), t('admin.types.removed', {name: type.name}),
            reload);
    }));

function edit(type) {
    const {element} = dialog({
        title: type ? type.name : t('admin.types.add'),
        body: [
            input('name', {label: t('admin.types.name'), help: t('admin.types.name.help'), value: type?.name ?? '',
                maxlength: 100}),
            input('color', {label: t('admin.types.color'), type: 'color', value: type?.color || '#3b5bdb'}),
            checkbox('isDefault', {label: t('admin.types.isDefault'), help: t('admin.types.isDefault.help'),
                checked: type?.isDefault ?? false, disabled: type?.isDefault ?? false}),
        ],
        actions: [{
            label: type ? t('save') : t('admin.types.add'),
            run: async () => {
                const wanted = values(element);
                if (type) await api.patch(`/activity-types/${type.id}`, wanted, {etag: type.etag});
                else await api.post('/activity-types', wanted);
                toast(t('saved'));
                reload();
            },
            failed: error => showErrors(element, error),
        }],
    });
    element.querySelector('input').focus();
}
