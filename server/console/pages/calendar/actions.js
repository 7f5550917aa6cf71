// What one does to occurrences, and back: each says what it did and offers to undo it.
import {api} from '../../lib/api.js';
import {t} from '../../lib/i18n.js';
import {toast, toastError} from '../../lib/ui.js';
import {askScope} from './scope.js';
import {dateOf, textOf} from './wall.js';
import {titleOf} from './words.js';

/** Of what isn't a series the name doesn't matter. */
const place = item => `/activities/${item.activity}/occurrences/${encodeURIComponent(item.original ?? 'once')}`;

export function changeOccurrence(item, body, {scope = 'all', zone}) {
    return api.patch(place(item), body, {etag: item.etag, params: {scope, zone}});
}
export function removeOccurrence(item, scope = 'all') {
    return api.del(place(item), {etag: item.etag, params: {scope}});
}

/** The entries of the history that an answer names, the last one first. */
export async function undoEntries(entries) {
    for (const entry of entries.toReversed()) await api.post('/undo', {entry});
}

/**
 * @param page  {zone(), reload(), show(entries shown otherwise until the server has said so)}
 */
export function actions(page) {
    const done = (text, answer) => toast(text, {undo: () => attempt(async () => {
        await undoEntries(answer.entries);
        return () => toast(t('undone'));
    })});
    /** Whatever comes of it, the page shows what the server has. @param work  gives what to say then */
    const attempt = async work => {
        let said;
        try {
            said = await work();
        } catch (error) {
            said = () => error.status === 412 ? toast(t('calendar.changedMeanwhile'), {error: true}) : toastError(error);
        }
        await page.reload();
        said();
    };
    const scopeFor = async (item, title) => item.series ? askScope(title) : 'all';

    return {
        editable: entry => Boolean(entry.item.activity) && entry.item.owner === page.me,

        async moved(entry, {start, end}) {
            const {item} = entry;
            const scope = await scopeFor(item, t('calendar.moveSeries'));
            if (!scope) return;
            const text = item.allDay ? dateOf : textOf;
            page.moving(entry, text(start), text(end));
            await attempt(async () => {
                const body = entry.task ? {due: text(start)} : {start: text(start), end: text(end)};
                const answer = await changeOccurrence(item, body, {scope, zone: page.zone()});
                return () => done(t('calendar.moved', {subject: titleOf(item)}), answer);
            });
        },

        async remove(entry, wanted) {
            const {item} = entry;
            const scope = wanted ?? await scopeFor(item, t('calendar.removeSeries'));
            if (!scope) return;
            await attempt(async () => {
                const answer = await removeOccurrence(item, scope);
                return () => done(t('calendar.removed', {subject: titleOf(item)}), answer);
            });
        },

        async done(entry, wanted) {
            const {item} = entry;
            await attempt(async () => {
                const answer = await changeOccurrence(item, {done: wanted}, {zone: page.zone()});
                return () => done(t(wanted ? 'calendar.nowDone' : 'calendar.notDone', {subject: titleOf(item)}), answer);
            });
        },
        attempt,
        said: done,
    };
}
