// The page of one record: its form with all fields, what belongs to it, and its history, on tabs.
import {api, ApiError} from '../../lib/api.js';
import {fill, h, icon, newId} from '../../lib/dom.js';
import {clearErrors, showErrors} from '../../lib/form.js';
import {t} from '../../lib/i18n.js';
import {busy, confirm, explain, failed, loading, toast, toastError} from '../../lib/ui.js';
import {changesOf, resolveConflict} from './conflict.js';
import {historyTab} from './history.js';
import {meetingsTab} from './meetings.js';

/**
 * @param kind  what tells one kind of record from another:
 *   kind, path, base   'contact', '/contacts', 'contacts'
 *   title(record)      its name, for the heading
 *   head(page)         what stands before the heading; tools(page): buttons beside it
 *   form(record, context) → {element, read(), check()}; read() answers fields as the API has them
 *   tabs               [{id, title, render(page)}]: further ones, behind the details; `title` is a key
 *   patch(changes, record)  changes as the API takes them
 */
export async function recordPage(context, kind) {
    const [id, tab] = context.params;
    if (id === 'new') return newRecord(context, kind);
    const record = await api.get(`${kind.path}/${id}`, {}, {signal: context.signal});
    if (record.id !== id) history.replaceState(null, '', `#/${kind.base}/${record.id}`);  // it was merged into this one
    document.title = `${kind.title(record)} – ${context.organisation.name}`;
    return new RecordPage(context, kind, record).render(tab);
}

class RecordPage {
    constructor(context, kind, record) {
        Object.assign(this, {context, kind, record});
        this.heading = h('h1.h3.mb-0.wrap-anywhere');
        this.before = h('div.record-before');
        this.tools = h('div.page-actions');
        this.details = h('div');
    }

    render(tab) {
        this.show();
        this.guard();
        const all = [
            {id: 'details', title: 'records.tab.details', render: () => this.details},
            ...this.kind.tabs ?? [],
            {id: 'calendar', title: 'records.tab.calendar', render: () => meetingsTab(this)},
            {id: 'history', title: 'records.tab.history', render: () => historyTab(this)},
        ];
        return h('div.record-page',
            h('nav', {'aria-label': t('records.way')}, h('a.way-back', {href: `#/${this.kind.base}`}, icon('chevron-left'), t(`nav.${this.kind.base}`))),
            h('header.page-head', h('div.record-heading', this.before, this.heading), this.tools),
            tabs(all, tab, chosen => history.replaceState(null, '', `#/${this.kind.base}/${this.record.id}${chosen === 'details' ? '' : `/${chosen}`}`), this));
    }

    /** What isn't saved yet isn't left behind without a question. */
    guard() {
        const {signal} = this.context;
        addEventListener('beforeunload', event => { if (this.unsaved()) event.preventDefault(); }, {signal});
        document.addEventListener('click', async event => {
            const link = event.target.closest?.('a[href^="#/"]');
            if (!link || !this.unsaved() || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            event.stopPropagation();
            if (await confirm({title: t('records.leave'), text: t('records.leave.text'), action: t('records.discard')}))
                location.hash = link.getAttribute('href');
        }, {signal, capture: true});
    }

    /** All that follows from the record. */
    show() {
        this.heading.textContent = this.kind.title(this.record);
        fill(this.before, this.kind.head?.(this));
        fill(this.tools, this.kind.tools?.(this),
            h('button.btn.btn-outline-danger', {type: 'button', onclick: event => this.remove(event.currentTarget)}, icon('trash'), t('delete')));
        fill(this.details, this.makeForm());
    }

    makeForm() {
        const fields = this.kind.form(this.record, this.context);
        const base = fields.read();
        const save = h('button.btn.btn-primary', {type: 'submit'}, t('save'));
        const problem = h('div.alert.alert-danger', {role: 'alert', hidden: true});
        const bar = h('div.save-bar', {hidden: true}, h('span.flex-grow-1', t('records.unsaved')),
            h('button.btn.btn-outline-secondary', {type: 'button', onclick: () => this.show()}, t('records.discard')), save);
        const form = h('form.record-form', {novalidate: true, onsubmit: async event => {
            event.preventDefault();
            clearErrors(form);
            problem.hidden = true;
            if (fields.check && !fields.check()) return;
            await busy(save, this.save(base, fields.read(), error => {
                if (showErrors(form, error, this.kind.names)) return;
                problem.hidden = false;
                fill(problem, explain(error));
                problem.scrollIntoView({block: 'nearest'});
            }));
        }}, fields.element, problem, bar);
        this.changed = () => Object.keys(changesOf(base, fields.read())).length > 0;
        const look = () => { bar.hidden = !this.changed(); };
        form.addEventListener('input', look);
        form.addEventListener('change', look);
        form.addEventListener('keydown', event => {
            if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            form.requestSubmit();
        });
        this.unsaved = () => !bar.hidden && this.details.contains(form);
        return form;
    }

    async save(base, edited, refused) {
        const changes = changesOf(base, edited);
        if (Object.keys(changes).length === 0) return;
        try {
            await this.write(changes, this.record.etag);
        } catch (error) {
            if (error.name === 'AbortError') return;
            if (error instanceof ApiError && error.status === 412) await this.meet(changes).catch(refused);
            else refused(error);
        }
    }

    async write(changes, etag) {
        const body = this.kind.patch ? this.kind.patch(changes, this.record) : changes;
        this.record = await api.patch(`${this.kind.path}/${this.record.id}`, body, {etag, signal: this.context.signal});
        this.show();
        toast(t('saved'));
    }

    /** Somebody was quicker. */
    async meet(changes) {
        const theirs = await api.get(`${this.kind.path}/${this.record.id}`, {}, {signal: this.context.signal});
        const wanted = await resolveConflict(this.record, changes, theirs);
        if (wanted === undefined) return;
        this.record = theirs;
        if (Object.keys(wanted).length > 0) return this.write(wanted, theirs.etag);
        this.show();
    }

    /** Reads it again, after something else than the form changed it; what is being written in the form stays. */
    async reload({keepForm = false} = {}) {
        const before = this.record;
        const now = await api.get(`${this.kind.path}/${before.id}`, {}, {signal: this.context.signal});
        const own = ['etag', 'updated', 'hasPhoto'];
        const others = Object.keys(now).some(name => !own.includes(name) && JSON.stringify(now[name]) !== JSON.stringify(before[name]));
        if (keepForm && this.changed?.()) {
            this.record = {...before, hasPhoto: now.hasPhoto, etag: others ? before.etag : now.etag};
            fill(this.before, this.kind.head?.(this));
        } else {
            this.record = now;
            this.show();
        }
    }

    async remove(button) {
        const {kind, record, context} = this;
        try {
            await busy(button, api.del(`${kind.path}/${record.id}`, {etag: record.etag}));
            context.navigate(kind.base);
            toast(t('records.deleted', {name: kind.title(record)}), {undo: async () => {
                try {
                    await api.post(`/trash/${kind.kind}/${record.id}/restore`);
                    toast(t('undone'));
                    context.navigate(`${kind.base}/${record.id}`);
                } catch (error) {
                    toastError(error);
                }
            }});
        } catch (error) {
            if (error.status !== 412) return toastError(error);
            await this.reload({keepForm: true}).catch(toastError);
            toast(t('conflict.before'), {error: true});
        }
    }
}

/** Tabs as WAI-ARIA describes them: arrows go through them. What is on one is made when somebody looks at it. */
function tabs(all, wanted, chosen, page) {
    const id = newId('tab');
    const panel = h('div', {id: `${id}-panel`, role: 'tabpanel', tabindex: '0'});
    const made = new Map();
    const open = async (tab, focus = false) => {
        for (const button of list.children) {
            const here = button.dataset.tab === tab.id;
            button.classList.toggle('active', here);
            button.setAttribute('aria-selected', String(here));
            button.tabIndex = here ? 0 : -1;
            if (here) panel.setAttribute('aria-labelledby', button.id);
            if (here && focus) button.focus();
        }
        // Only what one writes in the details stays; the rest is read anew.
        const element = tab.id === 'details' ? tab.render() : h('div.panel', loading());
        fill(panel, element);
        made.set('shown', tab.id);
        if (tab.id === 'details') return;
        try {
            const content = await tab.render(page);
            if (made.get('shown') === tab.id) fill(element, content);
        } catch (error) {
            if (error.name !== 'AbortError') fill(element, failed(error, () => open(tab)));
        }
    };
    const list = h('div.nav.nav-tabs', {role: 'tablist'}, all.map(tab => h('button.nav-link', {type: 'button', role: 'tab',
        id: `${id}-${tab.id}`, 'aria-controls': panel.id, dataset: {tab: tab.id}, onclick: () => { chosen(tab.id); open(tab); }}, t(tab.title))));
    list.addEventListener('keydown', event => {
        const at = [...list.children].indexOf(document.activeElement);
        const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1}[event.key];
        if (at < 0 || to === undefined) return;
        event.preventDefault();
        const tab = all[(to + all.length) % all.length];
        chosen(tab.id);
        open(tab, true);
    });
    open(all.find(tab => tab.id === wanted) ?? all[0]);
    return h('div', list, panel);
}

/** The same form, of a record that isn't there yet. */
function newRecord(context, kind) {
    const fields = kind.form(kind.blank?.(context) ?? {}, context);
    const save = h('button.btn.btn-primary', {type: 'submit'}, t('save'));
    const problem = h('div.alert.alert-danger', {role: 'alert', hidden: true});
    const form = h('form.record-form', {novalidate: true, onsubmit: async event => {
        event.preventDefault();
        clearErrors(form);
        problem.hidden = true;
        if (fields.check && !fields.check()) return;
        const given = Object.fromEntries(Object.entries(fields.read()).filter(([, value]) =>
            value !== '' && value !== null && !(Array.isArray(value) && value.length === 0)));
        try {
            const made = await busy(save, api.post(kind.path, given, {signal: context.signal}));
            toast(t('records.made', {name: kind.title(made)}));
            context.navigate(`${kind.base}/${made.id}`);
        } catch (error) {
            if (error.name === 'AbortError' || showErrors(form, error, kind.names)) return;
            problem.hidden = false;
            fill(problem, explain(error));
        }
    }}, kind.extra?.(context, fields), fields.element, problem,
        h('div.save-bar', h('span.flex-grow-1'), h('a.btn.btn-outline-secondary', {href: `#/${kind.base}`}, t('cancel')), save));
    return h('div.record-page',
        h('nav', {'aria-label': t('records.way')}, h('a.way-back', {href: `#/${kind.base}`}, icon('chevron-left'), t(`nav.${kind.base}`))),
        h('header.page-head', h('h1.h3.mb-0', t(`${kind.base}.new`))), form);
}
