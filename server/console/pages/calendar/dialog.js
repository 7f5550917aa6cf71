// The dialog of an activity: to make one, to change one or one occurrence of a series, or to read a colleague's.
import {api} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {checkbox, clearErrors, input, radios, select, showError, showErrors, textarea, values} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {dialog, toast} from '../../lib/ui.js';
import {changeOccurrence} from './actions.js';
import {contactFields, participantFields, reminderFields} from './people.js';
import {repeatFields} from './repeat.js';
import {scopes} from './scope.js';
import {timeFields} from './times.js';
import {readOnly} from './reading.js';
import {titleOf} from './words.js';

/** UNTIL as the rule wants it: the last moment of that day, where times have a zone. */
const utcEnd = allDay => date => date.replaceAll('-', '') + (allDay ? '' : 'T235959Z');

const wall = text => text.slice(0, text.length === 10 ? 10 : 16);

/** What the fields begin with, of a new one. */
export function blank({start, end, allDay = false, zone, kind = 'event'}) {
    return {kind, subject: '', start, end, due: end, allDay, zone, recurrence: '', location: '', notes: '', participants: [],
            contacts: [], reminders: [], privacy: 'public', busy: true, type: null};
}

/**
 * @param page     {types, names, zone(), owner(), firstDay, me, act, reload, signal}
 * @param item     of /calendar; null: a new one as `record` says
 * @param record   the activity as the API has it
 */
export function openDialog(page, item, record) {
    if (item && record.owner !== page.me && !record.participants.some(one => one.user === page.me))
        return readOnly(record, item, page);
    const fields = fieldsOf(page, item, record);
    const actions = [{label: t('save'), run: () => save(page, item, record, fields, box.element),
                      failed: error => failed(error, box.element)}];
    if (item) actions.push({label: t('delete'), kind: 'outline-danger', run: async () => {
        await page.act.remove({item}, item.series ? fields.scope() : 'all');
        return true;
    }});
    const box = dialog({title: t(item ? 'calendar.editTitle' : 'calendar.newTitle'), body: fields.element, wide: true, actions});
    box.element.querySelector('input[name=subject]').focus();
    return box;
}

/** The occurrence's own words and times, where the series has others. */
function occurrence(item, record) {
    const own = item?.original && record.exceptions.find(one => one.original === item.original);
    const times = {start: record.start && wall(record.start), end: wall(record.end ?? record.due ?? record.start ?? '')};
    if (!item?.series) return {...record, ...times};
    return {...record, ...(own ? {subject: own.subject, location: own.location, notes: own.notes} : {}),
            start: wall(item.start), end: wall(item.end)};
}

function fieldsOf(page, item, record) {
    const shown = occurrence(item, record), task = record.kind === 'task';
    const zone = item?.series ? page.zone() : record.zone && record.zone !== 'floating' ? record.zone : page.zone();
    const kind = item ? null : select('kind', [['event', t('calendar.kind.event')], ['task', t('calendar.kind.task')]],
                                      {label: t('calendar.kind'), value: record.kind});
    const subject = input('subject', {label: t('calendar.subject'), value: shown.subject, maxlength: 500});
    const type = select('type', [...page.types.values()].map(one => [one.key, one.name]),
                        {label: t('calendar.type'), value: record.type ?? [...page.types.values()].find(one => one.isDefault)?.key});
    const times = timeFields({...shown, allDay: task ? shown.end?.length === 10 : shown.allDay, zone, task});  // a task has no start to say so
    const repeat = repeatFields({rule: record.recurrence, start: times.date, firstDay: page.firstDay,
        utcEnd: date => utcEnd(times.element.querySelector('[name=allDay]').checked)(date)});
    times.element.addEventListener('change', repeat.follow);
    const location = input('location', {label: t('calendar.location'), value: shown.location});
    const notes = textarea('notes', {label: t('calendar.notes'), value: shown.notes});
    const people = participantFields(record.participants);
    const contacts = contactFields(record.contacts, page.signal);
    const reminders = reminderFields(record.reminders);
    const privacy = select('privacy', ['public', 'private', 'confidential'].map(one => [one, t(`calendar.privacy.${one}`)]),
                           {label: t('calendar.privacy'), value: record.privacy});
    const busy = checkbox('busy', {label: t('calendar.takesTime'), checked: record.busy});
    const done = item && checkbox('done', {label: t('calendar.isDone'), checked: record.done});
    const whole = h('fieldset.cal-whole', repeat.element, people.element, contacts.element, reminders.element,
        h('div.cal-two', privacy, h('div.cal-ticks', task ? null : busy, done)));
    const scope = item?.series ? radios('scope', scopes(), {label: t('calendar.scope'), value: 'this'}) : null;
    const hint = h('p.form-text', t('calendar.scope.hint'));
    const element = h('div.cal-form', scope, hint, kind, h('div.cal-subject', subject, type), times.element, location, notes, whole);
    const asked = () => scope ? values(scope).scope : 'all';
    const settle = () => {
        const once = asked() === 'this';
        whole.disabled = once;
        type.querySelector('select').disabled = once;
        hint.hidden = !once;
    };
    scope?.addEventListener('change', settle);
    settle();
    kind?.addEventListener('change', () => page.remake(element, kind.querySelector('select').value));
    return {element, scope: asked, times, repeat, people, contacts, reminders, task};
}

/** What the fields say that the record didn't. */
function changes(item, record, fields) {
    const shown = occurrence(item, record);
    const now = values(fields.element);
    const body = {};
    for (const name of ['subject', 'location', 'notes']) if (now[name] !== shown[name]) body[name] = now[name];
    if (!item || fields.times.changed()) Object.assign(body, fields.times.value());
    if (fields.scope() === 'this') return body;
    for (const name of ['type', 'privacy', 'busy', 'done'])
        if (name in now && now[name] !== record[name]) body[name] = now[name];
    if (fields.repeat.changed()) body.recurrence = fields.repeat.value();
    for (const name of ['people', 'contacts', 'reminders'])
        if (fields[name].changed()) body[name === 'people' ? 'participants' : name] = fields[name].value();
    return body;
}

async function save(page, item, record, fields, element) {
    clearErrors(element);
    if (!fields.people.check()) throw new Refused();
    const {start, end, due} = fields.times.value();
    if (!fields.task && !start) return refuse(element, 'start', t('calendar.needsStart'));
    if (fields.task && !due) return refuse(element, 'due', t('calendar.needsDue'));
    if (!fields.task && end && end < start) return refuse(element, 'end', t('calendar.endsBefore'));
    const body = changes(item, record, fields);
    if (item && !Object.keys(body).length) return true;
    const said = item ? await change(page, item, body, fields.scope()) : await add(page, body, record.kind);
    await page.reload();
    said();
    return true;
}

async function change(page, item, body, scope) {
    const answer = await changeOccurrence(item, body, {scope, zone: page.zone()});
    return () => page.act.said(t('calendar.changed', {subject: body.subject ?? titleOf(item)}), answer);
}

async function add(page, body, kind) {
    const made = await api.post('/activities', {...body, kind});
    const undo = () => page.act.attempt(async () => {
        await api.del(`/activities/${made.id}`);
        return () => toast(t('undone'));
    });
    const shown = [page.me, ''].includes(page.owner());
    return () => toast(t(shown ? 'calendar.made' : 'calendar.madeMine', {subject: made.subject || t('calendar.noSubject')}), {undo});
}

/** Said at its field already. */
class Refused extends Error {}
function refuse(element, name, text) {
    showError(element, name, text);
    throw new Refused();
}

function failed(error, element) {
    if (error instanceof Refused) return true;
    return showErrors(element, error, {rrule: 'repeat', recurrence: 'repeat', typeId: 'type', contactIds: 'contacts'});
}
