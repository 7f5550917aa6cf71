// An appointment calendar: new, or changed.
import {api} from '../../lib/api.js';
import {fill, h} from '../../lib/dom.js';
import {checkbox, field, input, radios, select, showErrors, textarea, values, zones} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {dialog, toast} from '../../lib/ui.js';
import {questionRows} from './questions.js';
import {reminderRows} from './reminders.js';

const lengths = ['duration', 'step', 'before', 'after', 'notice', 'horizon'];
const usual = {kind: 'personal', name: '', description: '', location: '', color: '#4c6ef5', members: [], collective: false, bookable: true, type: '',
    zone: '', duration: 30, step: 30, before: 0, after: 0, notice: 120, horizon: 60, questions: [], triggers: false, reminders: []};

const keyFrom = name => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64);

export function calendarForm(calendar, {user, people, types}, changed) {
    const now = calendar ?? {...usual, members: [user.login]};
    const isAdmin = user.role === 'admin';
    const questions = questionRows(now.questions);
    const who = h('div'), collective = h('div');
    let kind = now.kind;

    /** One host, or several. */
    function drawMembers() {
        const several = kind === 'group';
        const picks = people.map((one, index) => h('div.form-check',
            h('input.form-check-input', {type: several ? 'checkbox' : 'radio', name: 'member', id: `host-${index}`, value: one.login,
                checked: now.members.includes(one.login), dataset: {member: one.login}}),
            h('label.form-check-label', {for: `host-${index}`}, one.name || one.login)));
        fill(who, isAdmin && h('fieldset.field', {dataset: {field: 'members'}},
            h('legend.form-label.fs-6', t(`booking.members.${kind}`)), h('div.booking-pick', picks), h('div.invalid-feedback')));
        fill(collective, several && checkbox('collective', {label: t('booking.collective'), help: t('booking.collective.help'), checked: now.collective}));
    }
    const kinds = radios('kind', ['personal', 'group', 'unassigned'].map(one => [one, t(`booking.kind.${one}`), t(`booking.kind.${one}.help`)]),
        {label: t('booking.kind'), value: now.kind});
    kinds.addEventListener('change', event => { kind = event.target.value; drawMembers(); });
    const name = input('name', {label: t('booking.name'), value: now.name, maxlength: 200});
    const key = input('key', {label: t('booking.key'), help: t('booking.key.help'), maxlength: 64, autocapitalize: 'none', spellcheck: 'false'});
    const keyBox = key.querySelector('input');
    name.addEventListener('input', event => { if (!keyBox.dataset.own) keyBox.value = keyFrom(event.target.value); });
    keyBox.addEventListener('input', () => { keyBox.dataset.own = 'yes'; });
    drawMembers();
    const reminders = reminderRows(now.reminders, () => name.querySelector('input').value);
    const triggers = checkbox('triggers', {label: t('booking.triggers'), help: t('booking.triggers.help'), checked: now.triggers});
    const campaign = h('div', reminders.element);
    const showCampaign = () => { campaign.hidden = !triggers.querySelector('input').checked; };
    triggers.addEventListener('change', showCampaign);
    showCampaign();

    const {element, closed} = dialog({title: calendar ? calendar.name : t('booking.new'), wide: true, body: [
        name, !calendar && key, !calendar && isAdmin && kinds, who, collective,
        textarea('description', {label: t('booking.description'), help: t('booking.description.help'), value: now.description, maxlength: 5000}),
        input('location', {label: t('booking.location'), value: now.location, maxlength: 1000}),
        h('div.booking-grid', lengths.map(one => input(one, {label: t(`booking.${one}`), type: 'number', min: 0, value: now[one]}))),
        select('zone', zones(), {label: t('booking.zone'), help: t('booking.zone.help'), value: now.zone}),
        select('type', [['', t('booking.type.default')], ...types.map(type => [type.key, type.name])], {label: t('booking.type'), value: now.type ?? ''}),
        field(h('input.form-control.form-control-color', {name: 'color', type: 'color', value: now.color}), {label: t('booking.color')}),
        questions.element, checkbox('bookable', {label: t('booking.bookable'), help: t('booking.bookable.help'), checked: now.bookable}),
        triggers, campaign,
    ], actions: [{label: calendar ? t('save') : t('booking.make'), run: () => save(element), failed: refused}]});

    function refused(error) {
        if (error.field?.startsWith('reminders')) campaign.hidden = false;
        return showErrors(element, error);
    }

    async function save(form) {
        const {kind: chosen, member, key: written, ...body} = values(form);
        for (const one of lengths) body[one] = body[one] === '' ? 0 : Number(body[one]);
        for (const name of Object.keys(body)) if (name.startsWith('question')) delete body[name];
        if (isAdmin) body.members = [...form.querySelectorAll('[data-member]:checked')].map(one => one.dataset.member);
        body.questions = questions.read();
        body.reminders = reminders.read();
        body.type ||= null;
        if (calendar) await api.patch(`/calendars/${calendar.key}`, body, {etag: calendar.etag});
        else await api.post('/calendars', {...body, key: written, kind: chosen ?? 'personal', members: body.members ?? [user.login]});
        return true;
    }
    closed.then(saved => { if (saved) { toast(t('saved')); changed(); } });
    element.querySelector('input').focus();
}
