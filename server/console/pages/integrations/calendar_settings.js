// Every choice of Calendar Sync (rules B), each explained where one decides.
import {ApiError, api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {checkbox, input, radios, select, values} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {appointmentFields, appointmentWish} from './appointment_settings.js';
import {calendarPicker, pickedCalendars} from './calendar_picker.js';
import {group} from './setting_group.js';

const say = (name, rest) => t(`integrations.set.${name}`, rest);
const tick = (name, settings) => checkbox(name, {label: say(name), help: say(`${name}.help`), checked: settings[name]});

export async function calendarFields(page, account) {
    const listed = path => api.list(path, {}, {signal: page.signal}).then(found => found.items);
    const [settings, calendars, types, appointments] = await Promise.all([page.settings('calendar'), page.collections('calendar'),
        listed('/activity-types'), listed('/calendars')]);
    return [
        group(say('direction'), radios('direction', [
            ['one-way', say('oneWay'), say('oneWay.help')],
            ['two-way', say('twoWay'), say('twoWay.help')],
            ['smart', say('smart'), say('smart.help')],
        ], {label: say('direction.label'), value: settings.direction})),
        group(say('calendars'), calendarPicker(calendars, settings),
            tick('push', settings)),
        group(say('types'), typeTicks(types, settings.types),
            select('saveAs', [['', say('saveAs.usual')], ...types.map(type => [type.id, type.name])],
                {label: say('saveAs'), help: say('saveAs.help'), value: settings.saveAs})),
        group(say('info'), radios('includeInfo', [
            ['no', say('info.no'), say('info.no.help')],
            ['yes', say('info.yes'), say('info.yes.help')],
        ], {label: say('info.label'), value: settings.includeInfo ? 'yes' : 'no'}),
            h('p.alert.alert-warning.mb-0', say('info.warning'))),
        group(say('guests'), tick('notifyGuests', settings),
            appointmentFields(settings, appointments.filter(one => one.members.includes(account.user)))),
        group(say('what'), tick('skipPrivate', settings), tick('skipInternal', settings), tick('aloneIsBusy', settings)),
        group(say('past'),
            select('providerDeletes', ['cancel', 'delete', 'keep'].map(word => [word, say(`providerDeletes.${word}`)]),
                {label: say('providerDeletes'), help: say('providerDeletes.help'), value: settings.providerDeletes}),
            input('historySince', {label: say('historySince'), help: say('historySince.help'), type: 'date',
                value: settings.historySince, max: new Date().toISOString().slice(0, 10)})),
    ];
}

/** No type in the settings means every one, also those that come later. */
function typeTicks(types, chosen) {
    return h('fieldset.field', {dataset: {field: 'types'}}, h('legend.form-label', say('types.label')),
        h('div.ticks', types.map(type => {
            const id = `type-${type.id}`;
            return h('div.form-check', h('input.form-check-input', {type: 'checkbox', id, value: type.id, dataset: {type: ''},
                checked: !chosen.length || chosen.includes(type.id)}), h('label.form-check-label', {for: id}, type.name));
        })),
        h('div.form-text', say('types.help')), h('div.invalid-feedback'));
}

/** What the form says, as the API takes it. @throws ApiError  nothing is ticked where something must be */
export function calendarWish(form) {
    const said = values(form);
    const {direction, push, saveAs, includeInfo, notifyGuests, skipPrivate, skipInternal, aloneIsBusy, providerDeletes,
           historySince} = said;
    const ticks = [...form.querySelectorAll('[data-type]')], types = ticks.filter(one => one.checked).map(one => one.value);
    if (ticks.length && !types.length) throw new ApiError(422, say('types.none'), 'types');
    return {direction, push, saveAs, notifyGuests, ...appointmentWish(said), skipPrivate, skipInternal, aloneIsBusy, providerDeletes,
            historySince, includeInfo: includeInfo === 'yes', types: types.length === ticks.length ? [] : types,
            ...pickedCalendars(form)};
}
