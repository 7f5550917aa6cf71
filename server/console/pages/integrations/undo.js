// Taking back what a run did, where nobody changed it since; what is left is said, and why.
import {h} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {said} from '../../lib/said.js';
import {busy, confirm, dialog, toast, toastError} from '../../lib/ui.js';

export async function undoEntry(page, entry, button, then) {
    try {
        told(await busy(button, page.undo(entry.run, entry.id)));
        then();
    } catch (error) {
        toastError(error);
    }
}

export async function undoRun(page, run, button, then) {
    const yes = await confirm({title: t('integrations.undoRun.title'), text: t('integrations.undoRun.text'), action: t('integrations.undoRun')});
    if (!yes) return;
    try {
        told(await busy(button, page.undo(run.id)));
        then();
    } catch (error) {
        toastError(error);
    }
}

function told({undone, left}) {
    if (!left.length) return toast(t('integrations.undo.done', {n: undone}));
    dialog({title: t('integrations.undo.result'), cancel: '', wide: true, actions: [{label: t('close'), run: () => true}],
        body: [h('p', t('integrations.undo.done', {n: undone})), h('p', t('integrations.undo.left', {n: left.length})),
            h('ul.undo-left', left.map(one => h('li.wrap-anywhere', h('strong', one.title || t('integrations.untitled')), ' – ', said(one.why))))]});
}
