// Every choice of Contact Sync (rules D), each explained where one decides.
import {ApiError} from '../../lib/api.js';
import {h} from '../../lib/dom.js';
import {checkbox, radios, select, values} from '../../lib/form.js';
import {t, hasText} from '../../lib/i18n.js';
import {group} from './setting_group.js';

const say = (name, rest) => t(`integrations.set.${name}`, rest);

export async function contactFields(page, account) {
    const [settings, books, groups] = await Promise.all([page.settings('contacts'), page.collections('contacts'), page.groups()]);
    return [
        group(say('group'), select('group', [['', say('group.all')], ...groups.map(one => [one.id, groupName(account, one)])],
                {label: say('group.label'), help: say('group.help'), value: settings.group}),
            books.length > 1 && bookTicks(books, settings.books)),
        group(say('direction'), radios('direction', [
            ['one-way', say('contactsOneWay'), say('contactsOneWay.help')],
            ['two-way', say('contactsTwoWay'), say('contactsTwoWay.help')],
        ], {label: say('direction.label'), value: settings.direction})),
        group(say('where'), radios('personal', [
            ['no', say('where.all'), say('where.all.help')],
            ['yes', say('where.own'), say('where.own.help')],
        ], {label: say('where.label'), value: settings.personal ? 'yes' : 'no'})),
        group(say('photos'), checkbox('keepPhotos', {label: say('keepPhotos'), help: say('keepPhotos.help'), checked: settings.keepPhotos})),
        group(say('matching'), h('p.mb-0', say('matching.text')), h('p.mb-0.mt-2', say('matching.limit'))),
    ];
}

const groupName = (account, one) =>
    hasText(`integrations.group.${account.provider}.${one.id}`) ? t(`integrations.group.${account.provider}.${one.id}`) : one.name;

function bookTicks(books, chosen) {
    const main = books.find(book => book.main) ?? books[0];
    const ticked = chosen.length ? chosen : [main.id];
    return h('fieldset.field.mb-0', {dataset: {field: 'books'}}, h('legend.form-label', say('books')), books.map(book => {
        const id = `book-${books.indexOf(book)}`;
        return h('div.form-check', h('input.form-check-input', {type: 'checkbox', id, value: book.id, dataset: {book: ''},
            checked: ticked.includes(book.id)}), h('label.form-check-label', {for: id}, book.name));
    }), h('div.invalid-feedback'));
}

/** What the form says, as the API takes it. @throws ApiError  no book is ticked */
export function contactWish(form) {
    const {direction, group: only, personal, keepPhotos} = values(form);
    const ticks = [...form.querySelectorAll('[data-book]')], books = ticks.filter(one => one.checked).map(one => one.value);
    if (ticks.length && !books.length) throw new ApiError(422, say('books.none'), 'books');
    return {direction, group: only, personal: personal === 'yes', keepPhotos, ...(ticks.length && {books})};
}
