// Google and Outlook, in a process of their own (standins.cpp), with sign-in pages.
import {spawn} from 'node:child_process';
import path from 'node:path';

const program = process.env.CRMDAV_STANDINS ?? path.join(process.env.CRMDAV_PROGRAM, '../../tests/browser_standins');

/** @returns {env, address, does(what), stop()}  env: settings of a crmdav that is registered there */
export async function startStandins() {
    const child = spawn(program, [], {stdio: ['pipe', 'pipe', 'inherit']});
    const ended = new Promise(resolve => child.on('close', resolve));
    const {standins, ...env} = await new Promise((resolve, reject) => {
        let text = '';
        child.stdout.on('data', more => {
            text += more;
            if (text.includes('\n')) resolve(JSON.parse(text.split('\n')[0]));
        });
        child.on('error', reject);
        child.on('close', code => reject(new Error(`the stand-ins ended with ${code}`)));
    });
    return {
        env, address: standins,
        does: what => fetch(`${standins}/do/${what}`, {method: 'POST'}),
        async stop() {
            child.stdin.end();
            await ended;
        },
    };
}
