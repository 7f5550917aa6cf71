// Teams: several users under one name.
import {api} from '../../lib/api.js';
import {h, icon} from '../../lib/dom.js';
import {t} from '../../lib/i18n.js';
import {confirm, dialog, empty, pageHead, toast} from '../../lib/ui.js';
import {input, showErrors, values} from '../../lib/form.js';
import {act, button, reload, row, rows, small} from './parts.js';

export async function render({signal}) {
    const [{items: teams}, {items: users}] = await Promise.all([api.list('/teams', {}, {signal}),
                                                                api.list('/users', {}, {signal})]);
    const add = () => h('button.btn.btn-primary', {type: 'button', onclick: () => edit(null, teams, users)},
        icon('plus-lg'), t('admin.teams.add'));
    return [pageHead(t('admin.teams'), teams.length > 0 && add()),
            h('div.panel', teams.length ? rows(teams.map(team => teamRow(team, teams, users)))
                : empty({icon: 'people', title: t('admin.teams.none'), text: t('admin.teams.none.text'), action: add()}))];
}

const names = (logins, users, teams) => logins.map(login =>
    users.find(user => user.login === login)?.name || teams.find(team => team.key === login)?.name || login);

function teamRow(team, teams, users) {
    const members = names(team.members, users, teams);
    return row([h('span.fw-semibold', team.name), small(team.key, ' · ', t('admin.teams.members', {n: members.length})),
                members.length > 0 && small(members.join(', '))],
        button(t('edit'), () => edit(team, teams, users)),
        button(t('delete'), async () => {
            if (!await confirm({title: t('admin.teams.remove', {name: team.name}), text: t('admin.teams.remove.text'),
                action: t('delete')})) return;
            act(() => api.del(`/teams/${team.key}`), t('admin.teams.removed', {name: team.name}), reload);
        }));
}

function edit(team, teams, users) {
    const candidates = [...users.map(user => [user.login, user.name || user.login]),
                        ...teams.filter(one => one.key !== team?.key).map(one => [one.key, `${one.name} (${t('admin.team')})`])];
    const {element} = dialog({
        title: team ? team.name : t('admin.teams.add'),
        body: [
            !team && input('key', {label: t('admin.teams.key'), help: t('admin.teams.key.help'), autocapitalize: 'none',
                spellcheck: 'false', maxlength: 64}),
            input('name', {label: t('admin.teams.name'), value: team?.name ?? '', maxlength: 200}),
            h('fieldset.field', {dataset: {field: 'members'}}, h('legend.form-label.fs-6', t('admin.teams.who')),
                h('div.admin-pick', candidates.map(([login, name], index) => h('div.form-check',
                    h('input.form-check-input', {type: 'checkbox', id: `member-${index}`, value: login,
                        checked: team?.members.includes(login) ?? false, dataset: {member: login}}),
                    h('label.form-check-label', {for: `member-${index}`}, name)))),
                h('div.invalid-feedback')),
        ],
        actions: [{
            label: team ? t('save') : t('admin.teams.add'),
            run: async () => {
                const {key, name} = values(element);
                const members = [...element.querySelectorAll('[data-member]:checked')].map(one => one.dataset.member);
                if (team) await api.patch(`/teams/${team.key}`, {name, members});
                else await api.post('/teams', {key, name, members});
                toast(t('saved'));
                reload();
            },
            failed: error => showErrors(element, error),
        }],
    });
    element.querySelector('input').focus();
}
