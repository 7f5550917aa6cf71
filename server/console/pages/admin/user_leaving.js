// Switching a user off and on, handing over what they have, removing them.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dialog, toast, toastError} from '../../lib/ui.js';
import {select, showErrors, values} from '../../lib/form.js';
import {reload, userChoices} from './parts.js';

export function leaving(path, user, users, self, {navigate}) {
    if (self) return h('p.mb-0.text-secondary', t('admin.leaving.self'));
    const heirs = users.filter(one => one.active && one.login !== user.login && one.kind === 'person');
    const step = (title, text, label, onclick, {danger = false, disabled = false} = {}) =>
        h('div.mb-3', h('h3.h6', title), h('p.mb-2', text),
            h(`button.btn.btn-sm.btn-outline-${danger ? 'danger' : 'secondary'}`, {type: 'button', onclick, disabled}, label));
    return [
        user.active
            ? step(t('admin.leaving.off'), t('admin.leaving.off.text'), t('admin.leaving.off.do'), () => switchTo(path, user, false))
            : step(t('admin.leaving.on'), t('admin.leaving.on.text'), t('admin.leaving.on.do'), () => switchTo(path, user, true)),
        step(t('admin.leaving.handOver'), t(user.active ? 'admin.leaving.handOver.first' : 'admin.leaving.handOver.text'),
            t('admin.leaving.handOver.do'), () => handOver(path, user, heirs), {disabled: user.active}),
        step(t('admin.leaving.remove'), t('admin.leaving.remove.text'), t('admin.leaving.remove.do'),
            () => remove(path, user, heirs, navigate), {danger: true}),
    ];
}

/** It can be taken back, so nobody is asked. */
async function switchTo(path, user, active) {
    try {
        await api.patch(path, {active});
        toast(t(active ? 'admin.leaving.on.done' : 'admin.leaving.off.done', {name: user.name}),
              {undo: () => switchTo(path, user, !active)});
        reload();
    } catch (error) {
        toastError(error);
    }
}

function handOver(path, user, heirs) {
    const {element} = dialog({
        title: t('admin.leaving.handOver.title', {name: user.name}),
        body: [h('p', t('admin.leaving.handOver.what', {name: user.name})), h('p', t('admin.leaving.noUndo')),
               select('heir', userChoices(heirs, ['', t('admin.leaving.choose')]), {label: t('admin.leaving.heir')})],
        actions: [{
            label: t('admin.leaving.handOver.do'), kind: 'danger',
            run: async () => {
                const {heir} = values(element);
                await api.post(`${path}/hand-over`, {heir});
                toast(t('admin.leaving.handOver.done', {heir}));
                reload();
            },
            failed: error => showErrors(element, error),
        }],
    });
}

function remove(path, user, heirs, navigate) {
    const {element} = dialog({
        title: t('admin.leaving.remove.title', {name: user.name}),
        body: [h('p', t('admin.leaving.remove.what', {name: user.name, login: user.login})),
               h('p', t('admin.leaving.noUndo')),
               select('heir', userChoices(heirs, ['', t('admin.leaving.trash')]),
                      {label: t('admin.leaving.heir'), help: t('admin.leaving.trash.help')})],
        actions: [{
            label: t('admin.leaving.remove.do'), kind: 'danger',
            run: async () => {
                const {heir} = values(element);
                await api.del(path, {params: heir ? {heir} : {}});
                toast(t('admin.leaving.remove.done', {name: user.name}));
                navigate('admin/users');
            },
            failed: error => showErrors(element, error),
        }],
    });
}
