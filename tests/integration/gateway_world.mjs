// What tests of the edge need of the real product: programs that start and end, a base that is set up, people who sign in.

import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE_MS = 60_000;
const IDENTITY = '/hotline.identity.v1.IdentityService/';

// Asks until the answer is one; the test's own time-out ends what never comes.
export async function until(ask) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error('nothing came');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export class Program {
  constructor(binary, flags, ready) {
    Object.assign(this, {binary, flags, ready, errors: ''});
  }
  async start() {
    for (const file of this.ready) rmSync(file, {force: true});
    this.child = spawn(this.binary, this.flags, {stdio: ['ignore', 'ignore', 'pipe']});
    this.child.stderr.on('data', (bytes) => { this.errors += bytes; });
    const read = (file) => { try { return readFileSync(file, 'utf8').trim(); } catch { return ''; } };
    return Promise.all(this.ready.map((file) => until(() => {
      if (this.child.exitCode !== null) throw new Error(this.errors);
      return read(file);
    })));
  }
  end(signal) {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve();
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    return gone;
  }
}

export async function call(base, path, message, {who, headers = {}, get = false} = {}) {
  const all = {...headers};
  if (who?.cookie) all.cookie = who.cookie;
  if (who?.word && !get) all['x-koujing-csrf'] = who.word;
  if (who?.token) all.authorization = `Bearer ${who.token}`;
  if (!get) all['content-type'] ??= 'application/json';
  const query = get ? `?connect=v1&encoding=json&message=${encodeURIComponent(JSON.stringify(message))}` : '';
  const reply = await fetch(base + path + query, get ? {headers: all} : {method: 'POST', headers: all, body: JSON.stringify(message)});
  const text = await reply.text();
  return {status: reply.status, headers: reply.headers, text, body: text.startsWith('{') ? JSON.parse(text) : null};
}

export const reasonOf = (reply) => reply.body?.details?.find((detail) => detail.type === 'google.rpc.ErrorInfo')?.debug?.reason;
export const personOf = (reply) => ({cookie: reply.headers.get('set-cookie').split(';')[0], word: reply.headers.get('x-koujing-csrf')});

// Makes the administrator, the sample base and a person for each role; returns the passwords by login.
export async function setUp(server, kbctl, grpc) {
  const [, secret] = /--secret ([a-z0-9-]+)/.exec(await until(() => /--secret/.test(server.errors) && server.errors));
  const output = await new Promise((resolve, reject) => execFile(kbctl,
    ['--server', grpc, '--deadline', '60', 'setup', '--secret', secret, '--sample', join(ROOT, 'sample/knowledge.jsonl')],
    (error, out, errors) => error ? reject(new Error(errors)) : resolve(out)));
  return Object.fromEntries([...output.matchAll(/^ {2}(\S+) {2,}(\S+)/gm)].map(([, login, password]) => [login, password]));
}

// Signs a person in as a browser does, and chooses `next` as the password where one must be chosen.
export async function signIn(url, login, password, next) {
  const signedIn = await call(url, `${IDENTITY}SignIn`, {login, password}, {headers: {'x-koujing-session': 'cookie'}});
  assert.equal(signedIn.status, 200, signedIn.text);
  const who = personOf(signedIn);
  if (!signedIn.body.principal.mustChangePassword) return who;
  const changed = await call(url, `${IDENTITY}ChangePassword`, {password, newPassword: next}, {who});
  assert.equal(changed.status, 200, changed.text);
  return {...who, cookie: personOf(changed).cookie};
}
