// One change, all screens: the console, the widget, WeChat and a gRPC client have the same answer open; it is released anew,
// then recalled, and each shows it. Prints how long it took from the editor's call to the picture; judges no times.
//
//   node tests/browser/one_change_test.mjs --server=build/release/bin/kb-server --kbctl=build/release/bin/kbctl
//     --web=build/release/web --rounds=100

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {parseArgs} from 'node:util';

import {endWithTest} from './backends.mjs';
import {browserOrSkip, openBrowser} from './browser.mjs';
import {signInOn, startStaff} from './staff.mjs';
import {WechatPlatform} from './wechat_platform.mjs';
import {chatOf} from './widget_checks.mjs';

const {values: options} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'},
  shots: {type: 'string', default: 'build/browser'}, rounds: {type: 'string', default: '3'}}});
const ENTRY = 'entries/gaoling-jintie-shi';
const QUESTION = '高龄津贴怎么申请？';
const PATIENCE_MS = 20_000;
const APP_ID = 'wx0123456789abcdef';

const chromium = await browserOrSkip();
const folder = mkdtempSync(join(tmpdir(), 'koujing-one-change-'));
const secret = (name, value) => {
  writeFileSync(join(folder, name), value, {mode: 0o600});
  return value;
};
const token = secret('token', randomBytes(12).toString('hex'));
const aesKey = secret('key', `${randomBytes(21).toString('hex')}A`);
writeFileSync(join(folder, 'config'), `gateway { accounts { id: "city" platform: "wechat" app_id: "${APP_ID}" ` +
  `token_file: "${join(folder, 'token')}" aes_key_file: "${join(folder, 'key')}" } }`);

const backend = await startStaff({server: options.server, kbctl: options.kbctl, web: options.web, more: [
  `--config=${join(folder, 'config')}`,
  // How a change reaches the screens is the subject, not the review chain: drafts are published as they are.
  '--knowledge.review_stages_low=-1', '--knowledge.review_stages_normal=-1', '--knowledge.review_stages_high=-1']});
const [editor, publisher] = [await backend.token('editor'), await backend.token('publisher')];
const knowledge = (method, request, who) => backend.call(`knowledge.v1.KnowledgeService/${method}`, request, who);
const now = () => performance.timeOrigin + performance.now();

// The agent's console and the citizen's widget, each in a browser of its own: both windows are in front.
const agent = await openBrowser(chromium, backend.url, options.shots);
const citizen = await openBrowser(chromium, backend.url, options.shots);
await agent.page.goto(`${backend.url}console/`);
await signInOn(agent.page, backend.people.agent);
await agent.page.getByRole('combobox', {name: /查找口径/}).fill('高龄津贴怎么申请');
await agent.page.locator('#found').getByRole('option').filter({hasText: '年满80周岁的本市户籍'}).first().click();
await agent.page.getByRole('article').getByText('年满80周岁的本市户籍').first().waitFor();
await agent.page.locator('footer .live').filter({hasText: '实时'}).waitFor();
await citizen.page.goto(`${backend.url}site/ask.html`);
const chat = chatOf(citizen.page);
await chat.ask(QUESTION);
await chat.live(chat.last);

// A program: kbctl's watch, which is a gRPC stream.
const watch = endWithTest(spawn(options.kbctl, ['--server', backend.grpc, '--json', 'watch', '--channel', 'WEB', ENTRY], {
  env: {...process.env, KOUJING_TOKEN: '', HOME: folder}, stdio: ['ignore', 'pipe', 'inherit']}));
const events = [];
const waiting = new Set();
createInterface({input: watch.stdout}).on('line', (line) => {
  events.push({line, at: now()});
  for (const look of waiting) look();
});
const told = (words) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error(`the gRPC client did not hear of ${words}`)), PATIENCE_MS);
  const look = () => {
    const event = events.find(({line}) => line.includes(words));
    if (!event) return;
    clearTimeout(timer);
    waiting.delete(look);
    resolve(event.at);
  };
  waiting.add(look);
  look();
});
await told(ENTRY);

const wechat = new WechatPlatform({url: `${backend.url}webhooks/city`, appId: APP_ID, token, aesKey});
const asked = await wechat.say(QUESTION);
assert.match(asked.text, /80周岁/);

// The moment at which the words stand in the frame that is painted.
const painted = (page, words) => page.evaluate(({wanted, patience}) => new Promise((resolve, reject) => {
  const end = performance.now() + patience;
  const textOf = (root) => [...root.querySelectorAll('*')].reduce(
    (text, node) => node.shadowRoot ? text + textOf(node.shadowRoot) : text, root.textContent ?? '');
  const look = () => {
    if (textOf(document.body).includes(wanted)) requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
    else if (performance.now() > end) reject(new Error(`not painted: ${wanted}`));
    else requestAnimationFrame(look);
  };
  look();
}), {wanted: words, patience: PATIENCE_MS});

const times = {console: [], widget: [], 'gRPC client': [], 'the call itself': []};

// Makes a change and notes when each screen has what it says.
async function follow(change, words) {
  const seen = [painted(agent.page, words.console), painted(citizen.page, words.widget), told(words.program)];
  const begin = now();
  await change();
  times['the call itself'].push(now() - begin);
  const moments = await Promise.all(seen);
  ['console', 'widget', 'gRPC client'].forEach((name, i) => times[name].push(moments[i] - begin));
}

let failed = false;
try {
  for (let round = 1; round <= Number(options.rounds); ++round) {
    const words = `第${round}次改动后年满80周岁`;
    const {content} = await knowledge('GetEntry', {name: ENTRY}, editor);
    content.blocks[0].text = content.blocks[0].text.replace(/(第\d+次改动后)?年满80周岁/, words);
    const {etag} = await knowledge('UpdateEntry', {entry: {name: ENTRY, content: {blocks: content.blocks}}, updateMask: 'content.blocks'}, editor);
    await follow(() => knowledge('PublishEntry', {name: ENTRY, etag}, publisher), {console: words, widget: words, program: words});
    // Who asks WeChat again, and whom the platform asks about again, reads the new text.
    assert.match((await wechat.say(QUESTION)).text, new RegExp(words));
    assert.match((await wechat.say(QUESTION, asked.id)).text, new RegExp(words));
    if (round === 1) await agent.shot('one-change-console');
    if (round === 1) await citizen.shot('one-change-widget');
  }
  await follow(() => knowledge('RecallEntry', {name: ENTRY, reason: '演练：金额有误'}, publisher),
    {console: '撤回', widget: '撤回', program: 'WITHDRAWN'});
  await agent.shot('one-change-recalled-console');
  await citizen.shot('one-change-recalled-widget');
  const after = await wechat.say(QUESTION, asked.id);
  assert.doesNotMatch(after.text, /次改动后/);
  console.log(`ok   a release, ${options.rounds} times, and a recall reached every screen`);
} catch (error) {
  failed = true;
  console.log(`FAIL\n${error.stack}`);
  await agent.shot('one-change-failed-console').catch(() => {});
  await citizen.shot('one-change-failed-widget').catch(() => {});
}
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
for (const [name, values] of Object.entries(times)) {
  if (values.length > 0) console.log(`${name}: median ${at(values, 0.5).toFixed(0)} ms, p99 ${at(values, 0.99).toFixed(0)} ms of ${values.length}`);
}
watch.kill('SIGTERM');
await agent.close();
await citizen.close();
await backend.stop();
rmSync(folder, {recursive: true, force: true});
process.exit(failed ? 1 : 0);
