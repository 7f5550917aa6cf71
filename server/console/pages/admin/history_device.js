// Takes back what a device did in a span of time: first it says what, then it does it.
import {api} from '../../lib/api.js';
import {fill, h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {dialog, toast} from '../../lib/ui.js';
import {clearErrors, input, select, showError, showErrors, values} from '../../lib/form.js';
import {moment, reload, userChoices, wall, word} from './parts.js';

const day = 86_400_000, most = 100;

/** @param labelsOf  names of a user's devices */
export function undoDevice(users, query, labelsOf) {
    const devices = h('datalist', {id: 'undo-devices'});
    const suggest = async login => fill(devices, (await labelsOf(login)).map(label => h('option', {value: label})));
    const {element} = dialog({
        title: t('admin.undoDevice'),
        body: [
            h('p', t('admin.undoDevice.text')),
            select('login', userChoices(users), {label: t('admin.history.who'), value: query.login || users[0]?.login,
                onchange: event => suggest(event.target.value).catch(() => {})}),
            input('device', {label: t('admin.history.device'), help: t('admin.undoDevice.device'), list: 'undo-devices',
                value: query.device ?? ''}), devices,
            input('from', {label: t('admin.history.from'), type: 'datetime-local',
                value: query.from ?? wall(new Date(Date.now() - day))}),
            input('until', {label: t('admin.history.until'), type: 'datetime-local', value: query.until ?? wall(new Date(Date.now() + 60_000))}),
        ],
        actions: [{
            label: t('admin.undoDevice.preview'),
            run: async () => {
                const wish = wishOf(element);
                const report = await api.post('/undo', {...wish, dryRun: true});
                const titles = await titlesOf(wish);
                queueMicrotask(() => preview(wish, report, titles));
            },
            failed: error => error === refused || showErrors(element, error),
        }],
    });
    const login = element.querySelector('[name=login]').value;
    if (login) suggest(login).catch(() => {});
    element.querySelector('[name=device]').focus();
}

const refused = new Error('refused');

function wishOf(element) {
    clearErrors(element);
    const {login, device, from, until} = values(element);
    for (const [name, value] of Object.entries({device, from, until})) {
        if (value) continue;
        showError(element, name, t('admin.required'));
        throw refused;
    }
    return {login, device, from: moment(from), until: moment(until)};
}

/** What the records were called when the device had them. */
async function titlesOf({login, device, from, until}) {
    const entries = await api.all('/history', {login, device, from, until, limit: 500}, {}, 2000);
    return new Map(entries.map(entry => [entry.record, entry.title]));
}

function preview(wish, {undone, changedSince}, titles) {
    const list = records => h('ul', records.slice(0, most).map(({kind, record}) =>
        h('li.wrap-anywhere', titles.get(record) || t('admin.untitled'), h('span.text-secondary', ' · ', word('kind', kind)))),
        records.length > most && h('li', t('admin.undoDevice.more', {n: records.length - most})));
    dialog({
        title: t('admin.undoDevice.what'), wide: true, cancel: undone.length ? t('cancel') : t('close'),
        body: [
            undone.length ? [h('p', t('admin.undoDevice.undone', {n: undone.length})), list(undone)]
                          : h('p', t('admin.undoDevice.nothing', {device: wish.device})),
            changedSince.length > 0 && [h('p', t('admin.undoDevice.left', {n: changedSince.length})), list(changedSince)],
        ],
        actions: undone.length ? [{
            label: t('admin.undoDevice.do', {n: undone.length}),
            run: async () => {
                const report = await api.post('/undo', {...wish, dryRun: false});
                toast(t('admin.undoDevice.done', {n: report.undone.length}));
                reload();
            },
        }] : [],
    });
}
