// The product as a city's staff has it: kb-server with rights required, the sample knowledge, and one person of every
// role who has already chosen a password. Pages come from the built web folder.

import {execFile, spawn} from 'node:child_process';
import {randomBytes, randomUUID} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

import {contentOf, endWithTest} from './backends.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = /^建立管理员：.* --secret ([a-z0-9-]+)$/;
const CREDENTIAL = /^ {2}([a-z][a-z0-9-]*)\s+(\S{12,})\s/;

export const ROLES = {
  admin: 'admin', editor: 'sample-editor', reviewer1: 'sample-reviewer-1', reviewer2: 'sample-reviewer-2',
  reviewer3: 'sample-reviewer-3', publisher: 'sample-publisher', agent: 'sample-agent', viewer: 'sample-viewer',
  auditor: 'sample-auditor', manager: 'sample-manager',
};

// An RPC as JSON over HTTP with a bearer token, as programs call. Throws the error's reason and sentence.
async function callAt(url, method, request, token) {
  const response = await fetch(`${url}hotline.${method}`, {
    method: 'POST', body: JSON.stringify(request),
    headers: {'Content-Type': 'application/json', ...(token ? {Authorization: `Bearer ${token}`} : {})}});
  const reply = await response.json();
  if (response.ok) return reply;
  throw new Error(`${method}: ${response.status} ${reply.details?.[0]?.debug?.reason ?? ''} ${reply.message}`);
}

// Starts it. `more` = further flags. `people[role]` = {login, password}.
export async function startStaff({server, kbctl, web, more = []}) {
  const folder = mkdtempSync(join(tmpdir(), 'koujing-staff-'));
  const flags = [`--store.dir=${join(folder, 'data')}`, '--server.listen=127.0.0.1:0', '--gateway.listen=127.0.0.1:0',
    '--gateway.staff=on', `--gateway.web_dir=${web}`, `--server.ready_file=${join(folder, 'grpc')}`,
    `--gateway.ready_file=${join(folder, 'http')}`, `--log.file=${join(folder, 'log')}`, ...more];
  // A restart does not sign people out.
  if (!more.some((flag) => flag.startsWith('--gateway.cookie_key_file='))) {
    const key = join(folder, 'cookie.key');
    writeFileSync(key, randomBytes(32).toString('hex'), {mode: 0o600});
    flags.push(`--gateway.cookie_key_file=${key}`);
  }
  let tellSecret;
  const secret = new Promise((resolve) => { tellSecret = resolve; });
  let child;
  let stopping = false;
  const said = [];
  const start = (listen = []) => {
    // No flag may be given twice.
    const first = listen.length > 0 ? flags.filter((flag) => !/^--(server|gateway)\.listen=/.test(flag)) : flags;
    child = endWithTest(spawn(server, [...first, ...listen], {stdio: ['ignore', 'inherit', 'pipe']}));
    createInterface({input: child.stderr}).on('line', (line) => {
      said.push(line);
      if (SECRET.test(line)) tellSecret(SECRET.exec(line)[1]);
    });
    stopping = false;
    // Better than to wait for files that will not come.
    child.once('exit', (code) => {
      if (stopping) return;
      console.log(`kb-server ended with ${code}:\n${said.slice(-5).join('\n')}`);
      process.exit(1);
    });
  };
  const stopChild = () => new Promise((resolve) => {
    stopping = true;
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
  start();
  const grpc = await contentOf(join(folder, 'grpc'));
  const http = await contentOf(join(folder, 'http'));
  const url = `http://${http}/`;
  const run = (words, token = '', input = '') => new Promise((resolve, reject) => {
    const process_ = execFile(kbctl, ['--server', grpc, '--deadline', '30', ...words],
      {maxBuffer: 1 << 26, env: {...process.env, KOUJING_TOKEN: token, HOME: folder}},
      (error, output, errors) => error ? reject(new Error(`kbctl ${words.join(' ')}: ${errors}`)) : resolve(output));
    process_.stdin.end(input);
  });
  const setup = await run(['setup', '--secret', await secret, '--sample', join(ROOT, 'sample/knowledge.jsonl'),
    '--calendar', join(ROOT, 'sample/calendar.json'), '--synonyms', join(ROOT, 'sample/synonyms.tsv')]);
  const given = new Map(setup.split('\n').map((line) => CREDENTIAL.exec(line)).filter(Boolean).map((m) => [m[1], m[2]]));

  const call = (method, request = {}, token = '') => callAt(url, method, request, token);
  const people = {};
  for (const [role, login] of Object.entries(ROLES)) {
    let password = given.get(login);
    if (role !== 'admin') {
      const first = await call('identity.v1.IdentityService/SignIn', {login, password});
      const chosen = `Kj-${randomUUID()}-A`;
      await call('identity.v1.IdentityService/ChangePassword', {password, newPassword: chosen}, first.token);
      password = chosen;
    }
    people[role] = {login, password};
  }

  return {
    url, grpc, people, call, kbctl: run,
    // A bearer token of somebody.
    token: async (role) => (await call('identity.v1.IdentityService/SignIn', people[role])).token,
    // Stops the server, and starts it again on the same base and the same addresses.
    halt: stopChild,
    resume: async () => {
      rmSync(join(folder, 'http'));
      start([`--server.listen=${grpc}`, `--gateway.listen=${http}`]);
      await contentOf(join(folder, 'http'));
    },
    stop: async () => {
      await stopChild();
      rmSync(folder, {recursive: true, force: true});
    },
  };
}

// Signs somebody in on an open page of console or workbench, as a person does.
export async function signInOn(page, person) {
  await page.getByLabel(/^\s*(登录名|Login)\s*$/).fill(person.login);
  await page.getByLabel(/^\s*(密码|Password)\s*$/).fill(person.password);
  await page.getByRole('button', {name: /^(登录|Sign in)$/}).click();
  await page.getByRole('button', {name: /^(退出登录|Sign out)$/}).waitFor();
}
