// "Only this, this and following, or all": which occurrences of a series an edit is about.
import {radios, values} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {dialog} from '../../lib/ui.js';

export const scopes = () => ['this', 'following', 'all'].map(name => [name, t(`calendar.scope.${name}`)]);

/** @returns a promise of this, following or all; undefined: it was cancelled */
export async function askScope(title) {
    const choice = radios('scope', scopes(), {label: t('calendar.scope'), value: 'this'});
    const {closed} = dialog({title, body: choice,
        actions: [{label: t('calendar.scope.do'), run: () => values(choice.parentNode).scope}]});
    return closed;
}
