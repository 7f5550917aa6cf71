// No address of the API gives a member what is another's, or lets them change it: every one that the description has is
// tried by ben, with the ids of what clara and the admin have. An address that this test doesn't know fails it.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {passwords, startWorld} from './support/world.mjs';

let world, operations;
const others = {};  // login → ids of what they have

const basic = login => `Basic ${btoa(`${login}:${passwords[login]}`)}`;
const secretOf = login => `hush-${login}`;

async function ask(login, method, path, body, headers = {}) {
    const response = await fetch(`${world.address}${path.startsWith('/api/') ? '' : '/api/v1'}${path}`, {method, redirect: 'manual',
        headers: {...(login && {authorization: basic(login)}), ...(body !== undefined && {'content-type': 'application/json'}), ...headers},
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)});
    const text = await response.text();
    return {status: response.status, text, json: () => JSON.parse(text)};
}

async function must(login, method, path, body) {
    const answer = await ask(login, method, path, body);
    assert.ok(answer.status < 300, `${login}: ${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text ? answer.json() : null;
}

async function all(login, path) {
    const items = [];
    for (let next = path; next;) {
        const page = await must(login, 'GET', next);
        items.push(...page.items);
        next = page.next;
    }
    return items;
}

/** Of everything that belongs to one person, one. */
async function furnish(login) {
    const secret = secretOf(login), has = {login, secret};
    const collections = await all(login, '/collections');
    has.calendar = collections.find(one => one.home === 'calendars' && one.name === 'activities').id;
    has.book = collections.find(one => one.home === 'addressbooks' && one.name === 'private').id;
    const contact = {firstName: secret, lastName: 'Private', owner: login, emails: [{value: `${secret}@else.example`}]};
    has.contact = (await must(login, 'POST', '/contacts', contact)).id;
    const photo = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
    const put = await fetch(`${world.address}/api/v1/contacts/${has.contact}/photo`,
        {method: 'PUT', headers: {authorization: basic(login), 'content-type': 'image/png'}, body: photo});
    assert.ok(put.ok);
    const activity = {subject: secret, notes: secret, location: secret, privacy: 'private', contacts: [has.contact],
        start: '2031-03-04T10:00:00Z', end: '2031-03-04T11:00:00Z', zone: 'UTC', recurrence: 'FREQ=DAILY;COUNT=3'};
    has.activity = (await must(login, 'POST', '/activities', activity)).id;
    has.trashed = (await must(login, 'POST', '/activities', {...activity, recurrence: '', subject: `${secret} trashed`})).id;
    await must(login, 'DELETE', `/activities/${has.trashed}`);
    has.appPassword = (await must(login, 'POST', '/app-passwords', {label: secret})).id;
    has.feed = (await must(login, 'POST', '/feeds', {calendar: 'activities', label: secret})).id;
    await must(login, 'PUT', `/collections/${has.calendar}/shares/user:david`, {access: 'read'});
    has.session = await signIn(login);
    has.key = `with-${login}`;
    await must(login, 'POST', '/calendars', {key: has.key, name: 'Talk', members: [login]});
    await must(login, 'PATCH', '/working-hours', {days: {'2031-12-24': []}});
    const [start] = (await must(login, 'GET', `/calendars/${has.key}/availability`)).slots;
    has.booking = (await must(login, 'POST', `/calendars/${has.key}/bookings`, {start, name: 'Visitor', email: 'visitor@else.example'})).id;
    has.account = (await must(login, 'POST', '/accounts', {provider: 'dav', login: 'elsewhere', password: 'elsewhere-shows-the-demo',
        address: `${world.address}/`})).id;
    await must(login, 'PATCH', `/accounts/${has.account}/settings?kind=calendar`, {direction: 'two-way'});
    await must(login, 'POST', `/accounts/${has.account}/start?kind=calendar`);
    for (const until = Date.now() + 60000; ;) {
        const runs = await all(login, `/accounts/${has.account}/runs?kind=calendar`);
        has.run = runs.find(one => one.mode === 'run' && one.ended)?.id;
        if (has.run) break;
        assert.ok(Date.now() < until, 'no run in a minute');
        await new Promise(resolve => setTimeout(resolve, 100));
    }
    await must(login, 'POST', `/accounts/${has.account}/stop?kind=calendar`);
    has.journal = (await all(login, `/accounts/${has.account}/journal?limit=200`))[0].id;
    has.history = (await must(login, 'GET', `/history?record=${has.activity}`)).items[0].id;
    return has;
}

/** @returns the id of a session that there is from now on */
async function signIn(login) {
    const response = await fetch(`${world.address}/api/v1/session`, {method: 'POST',
        headers: {'content-type': 'application/json', 'x-csrf-token': 'none yet'}, body: JSON.stringify({login, password: passwords[login]})});
    assert.ok(response.ok);
    return (await all(login, '/sessions'))[0].id;
}

/** What moves by itself, or by being asked for. */
const moving = new Set(['lastUsed', 'lastAddress', 'lastAgent', 'current', 'nextTry', 'lastSuccess']);
const still = value => JSON.parse(JSON.stringify(value, (name, one) => moving.has(name) ? undefined : one));

/** All that somebody has, to compare. */
async function belongings({login, account, activity, contact, calendar, book, key}) {
    const lists = ['/accounts', '/app-passwords', '/feeds', '/sessions', '/collections', '/activities?limit=200', '/contacts?limit=200',
        `/activities?owner=${login}&limit=200`, '/companies?limit=200', '/deals?limit=200', '/teams', '/activity-types', '/trash?limit=200',
        `/collections/${calendar}/shares`, `/collections/${book}/shares`,
        `/accounts/${account}/runs`, `/accounts/${account}/journal?limit=200`, `/history?record=${activity}`, `/history?record=${contact}`,
        `/calendars/${key}/bookings`];
    const found = {};
    for (const list of lists) found[list] = still(await all(login, list));
    for (const one of ['/me', '/organisation', '/working-hours', `/calendars/${key}`, `/activities/${activity}`, `/contacts/${contact}`, `/accounts/${account}`,
                       `/accounts/${account}/settings?kind=calendar`, `/accounts/${account}/settings?kind=contacts`])
        found[one] = still(await must(login, 'GET', one));
    found.photo = (await ask(login, 'GET', `/contacts/${contact}/photo`)).text;
    return found;
}

// ---------------------------------------------------------------- what ben tries

const denied = (...tries) => ({denied: tries});  // 403 or 404
const silent = (...tries) => ({silent: tries});  // perhaps an answer, but nothing of the other's in it
const own = {};                                  // knows no ids, and changes only who asks, or what is everybody's
const adminsOnly = body => ({denied: [[path => path, body]]});

const ofAccount = (body, kind = '') => ({denied: [
    [(path, o) => `${path.replace('{id}', o.account).replace('{run}', o.run)}${kind && `?kind=${kind}`}`, body],
    [(path, o) => `${path.replace('{id}', o.account).replace('{run}', o.run)}?user=${o.login}${kind && `&kind=${kind}`}`, body],
]});
const inCalendar = body => denied([(path, o) => path.replace('{key}', o.key).replace('{id}', o.booking), body]);
const withId = (name, body) => denied([(path, o) => path.replace('{id}', o[name]), body]);

const attempts = {
    'GET /accounts': {...denied([(path, o) => `${path}?user=${o.login}`], [path => `${path}?user=*`]), ...silent([path => path])},
    'POST /accounts': denied([(path, o) => `${path}?user=${o.login}`,
        {provider: 'dav', login: 'elsewhere', password: 'elsewhere-shows-the-demo', address: 'http://127.0.0.1:1/'}]),
    'POST /accounts/authorise': denied([(path, o) => `${path}?user=${o.login}`, {provider: 'google'}]),
    'GET /accounts/{id}': ofAccount(), 'DELETE /accounts/{id}': ofAccount(),
    'GET /accounts/{id}/collections': ofAccount(undefined, 'calendar'), 'GET /accounts/{id}/groups': ofAccount(),
    'GET /accounts/{id}/settings': ofAccount(undefined, 'calendar'),
    'PATCH /accounts/{id}/settings': ofAccount({direction: 'one-way'}, 'calendar'),
    'POST /accounts/{id}/start': ofAccount({}, 'calendar'), 'POST /accounts/{id}/stop': ofAccount({}, 'calendar'),
    'POST /accounts/{id}/sync': ofAccount({}, 'calendar'), 'POST /accounts/{id}/confirm': ofAccount({}, 'calendar'),
    'GET /accounts/{id}/metrics': ofAccount(undefined, 'calendar'), 'POST /accounts/{id}/preview': ofAccount({}, 'calendar'),
    'GET /accounts/{id}/preview': ofAccount(undefined, 'calendar'), 'GET /accounts/{id}/runs': ofAccount(),
    'GET /accounts/{id}/runs/{run}': ofAccount(), 'GET /accounts/{id}/journal': ofAccount(),
    'POST /accounts/{id}/undo': denied(
        [(path, o) => path.replace('{id}', o.account), (o => ({run: o.run}))],
        [(path, o) => path.replace('{id}', o.account), (o => ({run: o.run, entry: o.journal}))],
        [(path, o, mine) => path.replace('{id}', mine.account), (o => ({run: o.run}))]),

    'GET /activities': silent([path => `${path}?limit=200`], [(path, o) => `${path}?owner=${o.login}&limit=200`],
        [(path, o) => `${path}?q=${o.secret}`], [(path, o) => `${path}?contact=${o.contact}`], [(path, o) => `${path}?email=${o.secret}@else.example`]),
    'POST /activities': {...denied([path => path, o => ({subject: 'Planted', owner: o.login, start: '2031-03-04T10:00:00Z',
        end: '2031-03-04T11:00:00Z', zone: 'UTC'})]), refused: [[path => path, o => ({subject: 'Linked', contacts: [o.contact],
        start: '2031-03-04T10:00:00Z', end: '2031-03-04T11:00:00Z', zone: 'UTC'})]]},
    'GET /activities/{id}': silent([(path, o) => path.replace('{id}', o.activity)], [(path, o) => path.replace('{id}', o.trashed)]),
    'PATCH /activities/{id}': withId('activity', {subject: 'Taken'}), 'DELETE /activities/{id}': withId('activity'),
    'PATCH /activities/{id}/occurrences/{original}': denied(...['this', 'following', 'all'].map(scope =>
        [(path, o) => `${path.replace('{id}', o.activity).replace('{original}', '20310305T100000Z')}?scope=${scope}`, {subject: 'Taken'}])),
    'DELETE /activities/{id}/occurrences/{original}': denied(...['this', 'following', 'all'].map(scope =>
        [(path, o) => `${path.replace('{id}', o.activity).replace('{original}', '20310305T100000Z')}?scope=${scope}`])),
    'GET /calendar': silent(...['', '&owner=*', '&owner='].map(owner => [(path, o) =>
        `${path}?from=2031-03-01T00:00:00Z&until=2031-03-10T00:00:00Z${owner && owner + (owner.endsWith('=') ? o.login : '')}`])),

    'GET /contacts': silent([path => `${path}?limit=200`], [(path, o) => `${path}?owner=${o.login}`], [(path, o) => `${path}?q=${o.secret}`],
        [(path, o) => `${path}?email=${o.secret}@else.example`], [path => `${path}?order=name&limit=200`]),
    'POST /contacts': denied([path => path, o => ({firstName: 'Planted', owner: o.login})]),
    'GET /contacts/duplicates': silent([path => path]),
    'POST /contacts/distinct': denied([path => path, (o, mine) => ({contacts: [o.contact, mine.contact]})]),
    'GET /contacts/{id}': withId('contact'), 'PATCH /contacts/{id}': withId('contact', {firstName: 'Taken'}),
    'DELETE /contacts/{id}': withId('contact'),
    'POST /contacts/{id}/merge': denied([(path, o, mine) => path.replace('{id}', o.contact), (o, mine) => ({others: [mine.contact]})],
        [(path, o, mine) => path.replace('{id}', mine.contact), o => ({others: [o.contact]})]),
    'POST /contacts/{id}/erase': withId('contact', {}),
    'GET /contacts/{id}/meetings': withId('contact'),
    'GET /contacts/{id}/photo': withId('contact'), 'PUT /contacts/{id}/photo': withId('contact', {}), 'DELETE /contacts/{id}/photo': withId('contact'),
    'GET /companies': silent([path => `${path}?limit=200`]), 'POST /companies': own,
    // Companies and deals are the organisation's, everybody's.
    'GET /companies/{id}/meetings': own, 'GET /deals/{id}/meetings': own,
    'GET /companies/{id}': own, 'PATCH /companies/{id}': own, 'DELETE /companies/{id}': own,
    'GET /deals': silent([path => `${path}?limit=200`], [(path, o) => `${path}?contact=${o.contact}`]),
    'POST /deals': {refused: [[path => path, o => ({title: 'Linked', contacts: [o.contact]})]]},
    'GET /deals/{id}': own, 'PATCH /deals/{id}': own, 'DELETE /deals/{id}': own,

    // Everybody sees the calendars and books for customers.
    'GET /calendars': silent([path => path]), 'GET /calendars/{key}': own, 'GET /calendars/{key}/availability': own,
    'POST /calendars': denied([path => path, o => ({key: 'planted', name: 'Planted', members: [o.login]})]),
    'PATCH /calendars/{key}': inCalendar({name: 'Taken'}), 'DELETE /calendars/{key}': inCalendar(),
    'GET /calendars/{key}/bookings': inCalendar(), 'POST /calendars/{key}/bookings': own,
    'GET /calendars/{key}/bookings/{id}': inCalendar(), 'PATCH /calendars/{key}/bookings/{id}': inCalendar({start: '2031-03-04T10:00:00Z'}),
    'DELETE /calendars/{key}/bookings/{id}': inCalendar(),
    ...Object.fromEntries(['GET', 'PATCH', 'DELETE'].map(method => [`${method} /working-hours`,
        denied([(path, o) => `${path}?user=${o.login}`, method === 'PATCH' ? {days: {}} : undefined])])),

    'GET /collections': silent([path => path]), 'GET /collections/{id}': denied(...['calendar', 'book'].map(name => [(path, o) => path.replace('{id}', o[name])])),
    'PATCH /collections/{id}': denied(...['calendar', 'book'].map(name => [(path, o) => path.replace('{id}', o[name]), {displayName: 'Taken'}])),
    'GET /collections/{id}/shares': withId('calendar'),
    'PUT /collections/{id}/shares/{with}': denied(...['calendar', 'book'].map(name =>
        [(path, o) => path.replace('{id}', o[name]).replace('{with}', 'user:ben'), {access: 'write'}])),
    'DELETE /collections/{id}/shares/{with}': denied([(path, o) => path.replace('{id}', o.calendar).replace('{with}', 'user:david')]),

    'GET /changes': silent([path => `${path}?since=0&limit=200`]), 'GET /events': own,  // in a test of its own below
    'GET /history': {...silent([path => `${path}?limit=200`], [(path, o) => `${path}?record=${o.activity}`], [(path, o) => `${path}?record=${o.contact}`],
        [(path, o) => `${path}?record=${o.trashed}`], [(path, o) => `${path}?login=${o.login}&limit=200`], [(path, o) => `${path}?device=${o.secret}`])},
    'GET /trash': silent([path => `${path}?limit=200`]),
    'POST /trash/{kind}/{id}/restore': denied([(path, o) => path.replace('{kind}', 'activity').replace('{id}', o.trashed), {}]),
    'POST /undo': denied([path => path, o => ({entry: o.history})],
        [path => path, o => ({device: o.secret, login: o.login, from: '2020-01-01T00:00:00Z', until: '2040-01-01T00:00:00Z'})]),

    'GET /me': silent([path => path]), 'PATCH /me': denied([path => path, {role: 'admin'}]), 'PUT /me/password': own,
    'GET /app-passwords': silent([path => path]), 'POST /app-passwords': own, 'DELETE /app-passwords/{id}': withId('appPassword'),
    'GET /feeds': silent([path => path]), 'POST /feeds': {refused: [[path => path, o => ({calendar: o.calendar, label: 'Taken'})]]},
    'POST /feeds/{id}/secret': withId('feed', {}), 'DELETE /feeds/{id}': withId('feed'),
    'POST /session': own, 'GET /session': own, 'DELETE /session': own,
    'GET /sessions': silent([path => path]), 'DELETE /sessions': silent([path => path]), 'DELETE /sessions/{id}': withId('session'),
    'GET /colleagues': silent([path => path]), 'GET /teams': own, 'GET /teams/{key}': own, 'GET /organisation': own, 'GET /organisation/logo': own,
    'GET /activity-types': own, 'GET /activity-types/{id}': own, 'GET /openapi.json': own, 'POST /qr': own,

    ...Object.fromEntries(['PATCH /organisation', 'PUT /organisation/logo', 'DELETE /organisation/logo', 'POST /activity-types',
        'PATCH /activity-types/{id}', 'DELETE /activity-types/{id}', 'POST /teams', 'PATCH /teams/{key}', 'DELETE /teams/{key}', 'GET /users',
        'POST /users', 'GET /users/{login}', 'PATCH /users/{login}', 'DELETE /users/{login}', 'POST /users/{login}/hand-over',
        'PUT /users/{login}/password', 'GET /users/{login}/app-passwords', 'POST /users/{login}/app-passwords',
        'DELETE /users/{login}/app-passwords/{id}', 'GET /users/{login}/sessions', 'DELETE /users/{login}/sessions', 'GET /webhooks',
        'POST /webhooks', 'GET /webhooks/{id}', 'PATCH /webhooks/{id}', 'DELETE /webhooks/{id}', 'GET /outbox', 'GET /health',
        'GET /providers', 'PATCH /providers/{provider}'].map(operation => [operation, adminsOnly(bodyFor(operation))])),
};

function bodyFor(operation) {
    return {'PATCH /organisation': {name: 'Taken'}, 'POST /activity-types': {name: 'Taken', key: 'taken'}, 'PATCH /activity-types/{id}': {name: 'Taken'},
        'POST /teams': {key: 'taken', name: 'Taken'}, 'PATCH /teams/{key}': {members: ['ben']}, 'POST /users': {login: 'taken', name: 'Taken'},
        'PATCH /users/{login}': {role: 'admin'}, 'POST /users/{login}/hand-over': {heir: 'ben'}, 'PUT /users/{login}/password': {password: 'taken over 123'},
        'POST /users/{login}/app-passwords': {label: 'Taken'}, 'POST /webhooks': {url: 'http://127.0.0.1:1/'}, 'PATCH /webhooks/{id}': {active: false},
        'PATCH /providers/{provider}': {clientId: 'taken'}}[operation];
}

/** Names that stand for whatever is there, once an attempt has put in the ids that matter to it. */
const filled = (path, o) => path.replace('{login}', o.login).replace('{id}', o.appPassword).replace('{key}', 'sales').replace('{provider}', 'google');

before(async () => {
    world = await startWorld();
    for (const login of ['clara', 'anna', 'ben']) others[login] = await furnish(login);
    const {paths} = await must('ben', 'GET', '/openapi.json');
    operations = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).filter(one => one !== 'parameters')
        .map(method => [method.toUpperCase(), path]));
    assert.ok(operations.length > 90);
});
after(() => world?.stop());

test('every address of the description is known here', () => {
    const described = operations.map(([method, path]) => `${method} ${path}`);
    assert.deepEqual(described.filter(one => !attempts[one]), []);
    assert.deepEqual(Object.keys(attempts).filter(one => !described.includes(one)), [], 'and none that isn’t there any more');
});

for (const login of ['clara', 'anna'])
    test(`ben gets and changes nothing of ${login}’s`, async () => {
        const other = others[login], mine = others.ben;
        const untouched = await belongings(other);
        const found = [];
        for (const [method, path] of operations) {
            const {denied: no = [], silent: quiet = [], refused = []} = attempts[`${method} ${path}`] ?? {};
            for (const [expected, tries] of [['denied', no], ['silent', quiet], ['refused', refused]])
                for (const [address, body] of tries) {
                    const where = filled(address(path, other, mine), other);
                    const answer = await ask('ben', method, where, typeof body === 'function' ? body(other, mine) : body);
                    const well = {denied: [403, 404].includes(answer.status), silent: answer.status < 500,
                                  refused: answer.status >= 400 && answer.status < 500}[expected];
                    if (!well) found.push(`${method} ${where}: ${answer.status} ${answer.text.slice(0, 200)}`);
                    if (answer.text.includes(other.secret)) found.push(`${method} ${where}: tells ${answer.text.slice(0, 400)}`);
                }
        }
        assert.deepEqual(found, []);
        assert.deepEqual(await belongings(other), untouched);
    });

test('whoever isn’t signed in gets nothing', async () => {
    const found = [];
    for (const [method, path] of operations) {
        if (`${method} ${path}` === 'POST /session') continue;  // that is how one signs in
        const where = filled(path.replace('{id}', others.clara.contact).replace('{run}', others.clara.run).replace('{original}', '20310305T100000Z')
            .replace('{kind}', 'activity').replace('{with}', 'user:ben'), others.clara);
        const answer = await ask(null, method, where, ['GET', 'DELETE'].includes(method) ? undefined : {});
        if (answer.status !== 401) found.push(`${method} ${where}: ${answer.status}`);
    }
    assert.deepEqual(found, []);
});

test('nobody hears of another’s account as it happens', async () => {
    const leaving = new AbortController(), heard = {};
    const listen = async login => {
        const response = await fetch(`${world.address}/api/v1/events`, {headers: {authorization: basic(login)}, signal: leaving.signal});
        assert.ok(response.ok);
        heard[login] = '';
        (async () => { for await (const part of response.body) heard[login] += Buffer.from(part); })().catch(() => {});
    };
    const until = async (what, check) => {
        for (const end = Date.now() + 30000; !check(); await new Promise(resolve => setTimeout(resolve, 50))) assert.ok(Date.now() < end, what);
    };
    await Promise.all([listen('ben'), listen('clara')]);
    await must('clara', 'POST', `/accounts/${others.clara.account}/start?kind=calendar`);
    await until('clara hears of her own', () => heard.clara.includes(others.clara.account));
    await must('ben', 'POST', `/accounts/${others.ben.account}/start?kind=calendar`);
    await until('ben hears of his own', () => heard.ben.includes(others.ben.account));
    assert.ok(!heard.ben.includes(others.clara.account));
    leaving.abort();
});
