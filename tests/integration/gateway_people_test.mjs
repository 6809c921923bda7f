// People and systems on the real product over HTTP: kb-server with access.mode "required" and gateway.staff "on", a browser
// that signs in, programs with keys, a kb-gateway of its own in front, and the base going away under all of them.

import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {browserOrSkip, openBrowser} from '../browser/browser.mjs';
import {call, personOf, Program, reasonOf, setUp, signIn, until} from './gateway_world.mjs';
import {runInOrder} from '../browser/steps.mjs';

const IDENTITY = '/hotline.identity.v1.IdentityService/';
const ANSWER = '/hotline.answer.v1.AnswerService/';
const KNOWLEDGE = '/hotline.knowledge.v1.KnowledgeService/';
const ENTRY = 'entries/gaoling-jintie-shi';
const QUESTION = '高龄津贴怎么申请';
const PASSWORD = 'Ship-River-77';

const {values} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, gateway: {type: 'string'}}});
const folder = mkdtempSync(join(tmpdir(), 'koujing-people-'));
const chromium = await browserOrSkip();

const serverFlags = (grpc, http) => [`--store.dir=${join(folder, 'data')}`, '--store.reserve_mib=1', '--store.refuse_after_ms_max=6000',
  `--server.listen=${grpc}`, `--gateway.listen=${http}`, `--server.ready_file=${join(folder, 'grpc')}`,
  `--gateway.ready_file=${join(folder, 'http')}`, '--gateway.staff=on', '--gateway.deadline_ms=30000', '--gateway.trusted_proxies=127.0.0.1'];
const server = new Program(values.server, serverFlags('127.0.0.1:0', '127.0.0.1:0'), [join(folder, 'grpc'), join(folder, 'http')]);
const edge = new Program(values.gateway, [], [join(folder, 'edge')]);
let grpc = '';
let url = '';
let edgeUrl = '';
let passwords = {};

const people = {};
const steps = {
  'the base is set up': async () => {
    [grpc, url] = await server.start();
    url = `http://${url}`;
    passwords = await setUp(server, values.kbctl, grpc);
    for (const login of ['admin', 'sample-editor', 'sample-publisher']) people[login] = await signIn(url, login, passwords[login], PASSWORD);
  },

  'an agent signs in with a browser, over 127.0.0.1 and localhost': async () => {
    const port = new URL(url).port;
    let password = passwords['sample-agent'];
    for (const host of ['127.0.0.1', 'localhost']) {
      const browser = await openBrowser(chromium, `http://${host}`, join(folder, 'shots'));
      const page = browser.page;
      await page.goto(`http://${host}:${port}/`);
      const inPage = (name, ...words) => page.evaluate(([job, given]) => window[job](...given), [name, words]);
      const teach = () => page.evaluate(() => {
        window.post = async (path, message, word) => {
          const headers = {'Content-Type': 'application/json', 'X-Koujing-Session': 'cookie', ...(word ? {'X-Koujing-Csrf': word} : {})};
          const reply = await fetch(path, {method: 'POST', headers, body: JSON.stringify(message)});
          return {status: reply.status, word: reply.headers.get('x-koujing-csrf'), text: await reply.text(), cookies: document.cookie};
        };
        window.self = async () => {
          const reply = await fetch('/hotline.identity.v1.IdentityService/GetSelf?connect=v1&encoding=json&message=%7B%7D');
          return {status: reply.status, word: reply.headers.get('x-koujing-csrf'), text: await reply.text()};
        };
      });
      await teach();
      const signedIn = await inPage('post', `${IDENTITY}SignIn`, {login: 'sample-agent', password});
      assert.equal(signedIn.status, 200, signedIn.text);
      assert.doesNotMatch(signedIn.text, /kjs_/);
      assert.equal(signedIn.cookies, '');
      let word = signedIn.word;
      if (password !== PASSWORD) {
        const changed = await inPage('post', `${IDENTITY}ChangePassword`, {password, newPassword: PASSWORD}, word);
        assert.equal(changed.status, 200, changed.text);
        password = PASSWORD;
      }
      await page.reload();
      await teach();
      const self = await inPage('self');
      assert.equal(self.status, 200, self.text);
      assert.equal(self.word, word, 'the word stays the same');
      word = self.word;
      const asked = await inPage('post', `${ANSWER}Ask`, {question: QUESTION, channel: 'AGENT'}, word);
      assert.equal(asked.status, 200, asked.text);
      assert.equal((await inPage('post', `${ANSWER}Ask`, {question: QUESTION, channel: 'AGENT'})).status, 403);
      assert.equal((await inPage('post', `${IDENTITY}SignOut`, {}, word)).status, 200);
      assert.equal((await inPage('self')).status, 401);
      await browser.close();
      assert.deepEqual(browser.foreign, []);
    }
    const again = await call(url, `${IDENTITY}SignIn`, {login: 'sample-agent', password: PASSWORD}, {headers: {'x-koujing-session': 'cookie'}});
    people['sample-agent'] = personOf(again);
  },

  'rights are those of the person, and nobody else has them': async () => {
    const asks = (who) => call(url, `${ANSWER}Ask`, {question: QUESTION, channel: 'AGENT'}, {who}).then((reply) => reply.status);
    const lists = (who) => call(url, `${KNOWLEDGE}ListEntries`, {pageSize: 1}, {who}).then((reply) => reply.status);
    const opensStream = async (who) => {
      const message = {channel: 'AGENT', names: [ENTRY]};
      const away = new AbortController();
      const query = new URLSearchParams({channel: 'AGENT', names: ENTRY});
      const reply = await fetch(`${url}${ANSWER}WatchAnswers?${query}`, {signal: away.signal, headers: who ? {cookie: who.cookie} : {}});
      away.abort();
      return message && reply.status;
    };
    assert.equal(await asks(people['sample-agent']), 200);
    assert.equal(await asks(people['sample-editor']), 200);
    assert.equal(await asks(null), 403);
    assert.equal(await asks(people.admin), 403);
    assert.equal(await lists(people['sample-editor']), 200);
    assert.equal(await lists(people['sample-agent']), 403);
    assert.equal(await lists(null), 401);
    assert.equal(await opensStream(people['sample-agent']), 200);
    assert.equal(await opensStream(null), 403);
  },

  'a stolen session is worth nothing at another address': async () => {
    const reply = await call(url, `${IDENTITY}GetSelf`, {}, {who: people['sample-agent'], get: true, headers: {'x-forwarded-for': '198.51.100.7'}});
    assert.equal(reply.status, 401);
    assert.equal(reasonOf(reply), 'SIGN_IN_REQUIRED');
    assert.match(reply.headers.get('set-cookie'), /Max-Age=0/);
  },

  'a program has the channels of its key, until it is revoked': async () => {
    const who = people.admin;
    const account = await call(url, `${IDENTITY}CreateServiceAccount`,
      {accountId: 'city-app', account: {displayName: '示例应用', department: 'departments/sample-hotline', channels: ['API'], grants: [{role: 'CHANNEL_SERVICE'}]}}, {who});
    assert.equal(account.status, 200, account.text);
    const expireTime = new Date(Date.now() + 86_400_000).toISOString();
    const made = await call(url, `${IDENTITY}CreateApiKey`, {key: {account: account.body.name, displayName: '示例', expireTime}},
      {who, headers: {'accept-encoding': 'gzip'}});
    assert.equal(made.status, 200, made.text);
    const program = {token: made.body.token};
    const asks = (channel) => call(url, `${ANSWER}Ask`, {question: QUESTION, channel}, {who: program});
    assert.equal((await asks('API')).status, 200);
    assert.equal((await asks('WEB')).status, 403);
    assert.equal((await asks('AGENT')).status, 403);
    const kept = await call(url, `${ANSWER}GetAnswer`, {name: ENTRY, channel: 'API'}, {who: program, get: true});
    assert.equal(kept.headers.get('cache-control'), 'private, no-cache');
    assert.equal((await call(url, `${IDENTITY}RevokeApiKey`, {name: made.body.key.name}, {who})).status, 200);
    assert.equal((await asks('API')).status, 401);
  },

  'what is too large or malformed is told so': async () => {
    const large = await call(url, `${ANSWER}Ask`, {question: '问'.repeat(1_400_000), channel: 'WEB'});
    assert.equal(large.status, 413);
    assert.equal(reasonOf(large), 'LIMIT_EXCEEDED');
    const headers = {'content-type': 'application/json'};
    for (const body of ['', '{', '[]', 'null', '{"question":1}', '{"channel":"NONE"}', '{"question":"\\ud800"}', Buffer.from([0xff, 0xfe])]) {
      const reply = await fetch(`${url}${ANSWER}Ask`, {method: 'POST', headers, body});
      assert.equal(reply.status, 400, String(body));
      assert.equal((await reply.json()).code, 'invalid_argument');
    }
    const fine = await call(url, `${ANSWER}Ask`, {question: QUESTION, channel: 'WEB'});
    assert.equal(fine.body.outcome, 'ANSWERED');
  },

  'events go on where they stopped, over a restart': async () => {
    const query = new URLSearchParams({channel: 'WEB', names: ENTRY});
    const watch = async (lastId, wanted) => {
      const away = new AbortController();
      const headers = lastId ? {'last-event-id': lastId} : {};
      const reply = await fetch(`${url}${ANSWER}WatchAnswers?${query}`, {headers, signal: away.signal});
      assert.equal(reply.status, 200);
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      while (!wanted(text)) text += (await reader.read()).value;
      away.abort();
      return [...text.matchAll(/(?:id: (\d+)\n)?data: (.*)\n\n/g)].map(([, id, data]) => ({id, ...JSON.parse(data)}));
    };
    const before = await watch('', (text) => /CURRENT.*\n\n/.test(text));
    const last = before.at(-1).id;
    const recalled = await call(url, `${KNOWLEDGE}RecallEntry`, {name: ENTRY, reason: '示例：标准有误'}, {who: people['sample-publisher']});
    assert.equal(recalled.status, 200, recalled.text);
    const missed = await watch(last, (text) => /WITHDRAWN.*\n\n/.test(text));
    assert.deepEqual(missed.map((event) => event.event), ['WITHDRAWN'], 'what was seen is not said again');
    assert.ok(BigInt(missed[0].id) > BigInt(last));
    await server.end('SIGKILL');
    server.flags = serverFlags(grpc, new URL(url).host);
    await server.start();
    // The service remembers no changes from before its start: it says so, and what is said now, which is nothing.
    const after = await watch(last, (text) => /(RESET|WITHDRAWN).*\n\n/.test(text));
    assert.equal(after[0].event, 'RESET');
    assert.deepEqual(after.filter((event) => event.event === 'CURRENT'), []);
  },

  'an edge whose base is gone says so, and finds it again': async () => {
    edge.flags = [`--gateway.backend=${grpc}`, '--gateway.listen=127.0.0.1:0', `--gateway.ready_file=${join(folder, 'edge')}`,
      '--gateway.address_calls_max=1000000', '--gateway.deadline_ms=1000'];
    edgeUrl = `http://${(await edge.start())[0]}`;
    const asks = () => call(edgeUrl, `${ANSWER}Ask`, {question: '住房公积金怎么提取', channel: 'WEB'});
    assert.equal((await until(async () => { const reply = await asks(); return reply.status === 200 && reply; })).body.outcome !== undefined, true);
    await server.end('SIGKILL');
    const gone = await asks();
    assert.equal(gone.status, 503, gone.text);
    assert.equal(gone.body.code, 'unavailable');
    assert.equal(reasonOf(gone), 'STORE_UNREACHABLE');
    assert.match(gone.body.message, /请稍后重试/);
    assert.equal(gone.headers.get('retry-after'), '1');
    assert.equal((await fetch(`${edgeUrl}/healthz`)).status, 503);
    await server.start();
    await until(async () => (await asks()).status === 200);
    assert.equal((await fetch(`${edgeUrl}/healthz`)).status, 200);
  },

  'figures name the routes': async () => {
    await call(url, `${ANSWER}Ask`, {question: QUESTION, channel: 'WEB'});
    const text = await (await fetch(`${url}/metrics`)).text();
    assert.match(text, /koujing_http_requests_total\{route="\/hotline.answer.v1.AnswerService\/Ask",code="ok"\} \d+/);
    assert.match(text, /# TYPE koujing_http_request_seconds histogram/);
  },
};

const failed = await runInOrder(steps);
await Promise.all([edge.end('SIGTERM'), server.end('SIGTERM')]);
rmSync(folder, {recursive: true, force: true});
process.exit(failed === 0 ? 0 : 1);
