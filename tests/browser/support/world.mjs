// A server with the demo organisation, for one test file: on a port of its own, in a folder that goes with it.
import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';

const program = process.env.CRMDAV_PROGRAM;

export const passwords = Object.fromEntries(
    ['anna', 'ben', 'clara', 'david', 'emma', 'felix'].map(login => [login, `${login}-shows-the-demo`]));

function freePort() {
    return new Promise((resolve, reject) => {
        const probe = net.createServer().on('error', reject).listen(0, '127.0.0.1', () => {
            const {port} = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

/** Runs crmdav with these arguments; what it writes is at hand when it fails. */
export function run(args, {env = {}, input = ''} = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, {env: {...process.env, ...env}});
        let out = '', err = '';
        child.stdout.on('data', text => { out += text; });
        child.stderr.on('data', text => { err += text; });
        child.on('close', code => code === 0 ? resolve(out) : reject(new Error(`crmdav ${args.join(' ')}: ${err}`)));
        child.stdin.end(input);
    });
}

/**
 * @param options.env  settings, as CRMDAV_…
 * @returns {address, data, log(), stop()}  address: http://127.0.0.1:PORT
 */
export async function startWorld({env = {}} = {}) {
    const data = await mkdtemp(path.join(tmpdir(), 'crmdav-browser-'));
    const port = await freePort();
    const child = spawn(program, ['demo', '--data', data, '--listen', `127.0.0.1:${port}`, '--serve'],
                        {env: {...process.env, ...env}});
    let log = '';
    const ready = new Promise((resolve, reject) => {
        const listen = text => {
            log += text;
            if (log.includes('"started"') || /\bstarted\b/.test(log)) resolve();
        };
        child.stdout.on('data', listen);
        child.stderr.on('data', listen);
        child.on('close', code => reject(new Error(`crmdav ended with ${code}: ${log}`)));
    });
    const ended = new Promise(resolve => child.on('close', resolve));
    await ready;
    return {
        address: `http://127.0.0.1:${port}`,
        data,
        log: () => log,
        config: path.join(data, 'crmdav.properties'),
        async stop() {
            child.kill('SIGTERM');
            await ended;
            await rm(data, {recursive: true, force: true});
        },
    };
}
