// Every screen of writing and releasing in every state: light, dark, high contrast, narrow, English, empty, with the
// service gone; and hostile texts in every field that an editor fills: none is ever executed.
//
//   node tests/browser/authoring_screens_test.mjs --server=… --kbctl=… --web=build/web --shots=build/browser

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';

import {checkAccess} from './access_checks.mjs';
import {openWorld, settled} from './authoring_world.mjs';
import {browserOrSkip} from './browser.mjs';
import {startStaff} from './staff.mjs';

const {values: options} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'},
  shots: {type: 'string', default: 'build/browser'}}});

const RUN = 'window.__ran=1';
const HOSTILE = [
  `<script>${RUN}</script>`, `<img src=x onerror="${RUN}">`, `"><svg/onload=${RUN}>`, `<iframe srcdoc="<script>parent.__ran=1</script>">`,
  `[链接](javascript:${RUN})`, `[链接](JaVaScRiPt:${RUN})`, `[链接](data:text/html,<script>${RUN}</script>)`, `![图](javascript:${RUN})`,
  `<a href="javascript:${RUN}">点我</a>`, `<https://x.example/"onmouseover="${RUN}>`, `</textarea><script>${RUN}</script>`, `'-${RUN}-'`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${RUN}>`, `<b id=content>[[${RUN}]]</b>`, `\${${RUN}}`,
];
const chromium = await browserOrSkip();
// Texts of low risk are released as they are: the subject is the screens.
const staff = await startStaff({...options, more: ['--knowledge.review_stages_low=-1']});
const world = await openWorld(chromium, staff, options.shots);
const {shot, open} = world;
const editor = await staff.token('editor');
const publisher = await staff.token('publisher');
const knowledge = (method, request, token) => staff.call(`knowledge.v1.KnowledgeService/${method}`, request, token);
const review = (method, request, token) => staff.call(`knowledge.v1.ReviewService/${method}`, request, token);

// One entry per text, in every field; half of them released, half in review.
const hostile = [];
let release = '';
let recall = '';

// The service takes no HTML tags in Markdown: there the signs are written with a backslash, and come back as they were meant.
const markdown = (text) => text.replace(/[<[]/g, '\\$&');

async function write(text, n) {
  const content = (said) => ({kind: 'FAQ', question: `${n} ${text}`, similarQuestions: [`${n} 相似 ${text}`],
    blocks: [{type: 'CONCLUSION', title: text.slice(0, 50), text: said}, {type: 'PHONE', text: `0755-0000${1000 + n} ${said}`}], shortAnswer: said, agentNotes: said,
    keywords: [text.slice(0, 20)], category: `示例/${text.slice(0, 60).replaceAll('/', '')}`, region: '440300', department: 'departments/sample-hotline',
    risk: n % 2 === 0 ? 'LOW' : 'NORMAL'});
  const create = (said) => knowledge('CreateEntry', {entry: {content: content(said)}}, editor);
  // What the service refuses even so stands in every field that is not Markdown.
  const entry = await create(markdown(text)).catch((error) => {
    assert.match(error.message, /FIELD_INVALID/);
    return create('按规定办理。');
  });
  hostile.push(entry.name);
  if (n % 2 === 0) {
    const made = await knowledge('CreateRelease', {release: {title: text.slice(0, 180), items: [{action: 'PUBLISH', target: entry.name, targetEtag: entry.etag}]}}, publisher);
    release = made.name;
    await knowledge('PublishRelease', {name: made.name, etag: made.etag}, publisher).catch((error) => console.log(`     not released: ${error.message}`));
    return;
  }
  const submitted = await review('SubmitEntry', {name: entry.name, etag: entry.etag, note: text}, editor).catch((error) => console.log(`     not submitted: ${error.message}`));
  if (submitted) await review('CommentEntry', {name: entry.name, text, path: 'blocks[0].text'}, await staff.token('reviewer1'));
}

const entryPages = (id) => ['', '/edit', '/review', '/history', '/time'].map((part) => `/entries/${id}${part}`);
const SCREENS = () => [
  ['home-editor', 'editor', '/'], ['home-reviewer', 'reviewer1', '/'], ['home-publisher', 'publisher', '/'], ['entries', 'editor', '/entries'], ['new', 'editor', '/entries/new'],
  ['entry', 'publisher', '/entries/gaoling-jintie-shi'], ['edit', 'editor', '/entries/gaoling-jintie-shi/edit'], ['review', 'reviewer1', `${entryPages(hostile[1].slice(8))[2]}`],
  ['history', 'editor', '/entries/gaoling-jintie-shi/history'], ['time', 'editor', '/entries/gaoling-jintie-shi/time'], ['queue', 'reviewer1', '/queue'],
  ['releases', 'publisher', '/releases'], ['release', 'publisher', `/${release}`], ['recalls', 'publisher', '/recalls'], ['recall', 'publisher', `/${recall}`],
  ['scan', 'publisher', '/scan'], ['merge', 'publisher', '/merge?from=gaoling-jintie-shi&into=gaoling-jintie-nanshan'], ['home-admin', 'admin', '/'],
];

async function look(screens, look_, each = () => {}) {
  for (const [name, role, path] of screens) {
    const page = await world.as(role, {...look_, name: `${role}-${look_.name}`});
    if (look_.width) await page.setViewportSize({width: look_.width, height: 900});
    await open(page, path);
    await page.getByRole('button', {name: /^(退出登录|Sign out)$/}).waitFor();
    await page.getByRole('heading', {level: 1}).waitFor();
    await settled(page);
    await checkAccess(page, `${name} ${look_.name}`);
    await each(page, name);
  }
}

async function unharmed(page, where) {
  const found = await page.evaluate(() => ({ran: window.__ran, links: [...document.querySelectorAll('a[href]')].map((a) => a.protocol)
    .filter((protocol) => !['http:', 'https:', 'tel:', 'blob:'].includes(protocol)), strange: document.querySelectorAll('main :is(img, script, iframe, svg, math, style, object)').length}));
  assert.deepEqual(found, {ran: undefined, links: [], strange: 0}, where);
}

const steps = {
  async 'hostile texts are written into every field, reviewed, released, recalled'() {
    for (const [n, text] of HOSTILE.entries()) await write(text, n);
    const {recallId, name} = await knowledge('RecallEntry', {name: hostile[0], reason: HOSTILE[0]}, publisher);
    recall = name ?? recallId;
  },

  async 'none of them runs on any screen'() {
    for (const [n, name] of hostile.entries()) {
      const page = await world.as(n % 2 === 0 ? 'editor' : 'reviewer1');
      for (const path of entryPages(name.slice(8))) {
        await open(page, path);
        await page.getByRole('heading', {level: 1}).waitFor();
        await settled(page);
        await unharmed(page, `${HOSTILE[n]} on ${path}`);
      }
    }
    for (const [role, path] of [['editor', '/'], ['editor', '/entries'], ['reviewer1', '/'], ['reviewer1', '/queue'], ['publisher', '/'], ['publisher', '/releases'],
      ['publisher', `/${release}`], ['publisher', '/recalls'], ['publisher', `/${recall}`], ['publisher', `/merge?from=${hostile[2].slice(8)}&into=${hostile[4].slice(8)}`]]) {
      const page = await world.as(role);
      await open(page, path);
      await page.getByRole('heading', {level: 1}).waitFor();
      await settled(page);
      await unharmed(page, path);
    }
  },

  async 'nor while they are typed, on any channel of the preview'() {
    const page = await world.as('editor');
    await open(page, '/entries/new');
    for (const text of HOSTILE) {
      await page.getByLabel('标准问').fill(text);
      await page.getByLabel('相似问').fill(text);
      await page.getByLabel('第 1 段正文').fill(text);
      await page.getByLabel('小标题（可不填）').first().fill(text.slice(0, 50));
      await page.getByLabel('短答复').fill(text);
      await page.getByLabel('尺度提示').fill(text);
      await page.getByLabel('检索词').fill(text);
      await page.getByLabel('分类').fill(text.slice(0, 90));
      await page.getByLabel('适用区划').fill(text);
      for (const channel of ['坐席', '网站', '微信', '短信', '语音']) {
        await page.getByRole('radio', {name: channel, exact: true}).check();
        await unharmed(page, `${text} typed, ${channel}`);
      }
    }
    await page.reload();
    await page.getByText(/^已恢复/).waitFor();
    await unharmed(page, 'restored');
    await open(page, '/entries');
    await page.getByLabel('存为').fill(HOSTILE[1].slice(0, 40));
    await page.getByRole('button', {name: '保存', exact: true}).click();
    await unharmed(page, 'a saved filter');
  },

  async 'light'() {
    await look(SCREENS(), {name: 'light'});
  },

  async 'dark'() {
    await look(SCREENS(), {name: 'dark', theme: 'dark'}, async (page, name) => { if (name === 'edit') await shot(page, 'workbench-edit-dark-zh'); });
  },

  async 'high contrast'() {
    await look(SCREENS(), {name: 'contrast', theme: 'contrast'}, async (page, name) => { if (name === 'merge') await shot(page, 'workbench-merge-contrast-zh'); });
  },

  async 'English'() {
    await look(SCREENS(), {name: 'en', language: 'en'}, async (page, name) => {
      const left = await page.evaluate(() => document.querySelector('main').innerText.match(/\bauthoring\.[\w.]+/g));
      assert.equal(left, null, `${name}: words without a translation`);
    });
  },

  async 'narrow'() {
    await look(SCREENS(), {name: 'narrow', width: 640}, async (page, name) => { if (name === 'edit') await shot(page, 'workbench-edit-narrow-zh'); });
  },

  async 'with the service gone each screen says so, and goes on when it is back'() {
    for (const [name, role, path] of SCREENS().filter(([screen]) => !['new', 'home-admin', 'scan'].includes(screen))) {
      const page = await world.as(role, {name: `${role}-gone`});
      await page.route(/\/hotline\.(knowledge|answer)\./, (route) => route.abort());
      await open(page, path);
      await page.locator('[data-state=problem]').first().waitFor();
      await checkAccess(page, `${name} gone`);
      if (name === 'entries') await shot(page, 'workbench-gone-zh');
      await page.unroute(/\/hotline\.(knowledge|answer)\./);
      await page.getByRole('button', {name: '再试一次'}).first().click();
      await settled(page);
    }
  },

  async 'what is empty says so'() {
    const page = await world.as('viewer');
    for (const path of ['/', '/entries?category=%E6%97%A0', '/entries?text=zzzzqqqq']) {
      await open(page, path);
      await page.locator('[data-state=empty]').first().waitFor();
      await checkAccess(page, `empty ${path}`);
    }
    await open(page, '/entries/nobody');
    await page.locator('[data-state=problem]').waitFor();
    await checkAccess(page, 'no such entry');
  },

  async 'a viewer is offered nothing that changes anything'() {
    const page = await world.as('viewer');
    await open(page, '/entries/gaoling-jintie-shi');
    await page.getByRole('heading', {level: 1}).waitFor();
    await settled(page);
    assert.deepEqual(await page.getByRole('group', {name: '操作'}).getByRole('button').allInnerTexts(), []);
    await open(page, '/entries/gaoling-jintie-shi/edit');
    await page.getByText('您可以查看，不能修改。').waitFor();
    assert.ok(await page.getByLabel('标准问').isDisabled());
  },

  async 'everything can be reached by keyboard, and focus can be seen'() {
    const page = await world.as('editor');
    await open(page, '/entries/gaoling-jintie-shi/edit');
    await page.getByLabel('标准问').waitFor();
    const seen = new Set();
    for (let i = 0; i < 220; i++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const node = document.activeElement;
        return {name: node.getAttribute('aria-label') || node.textContent.trim().slice(0, 12) || node.getAttribute('name') || node.tagName, shown: getComputedStyle(node).outlineStyle !== 'none'
          || node.matches('select, input, textarea'), body: node === document.body};
      });
      if (!at.body) assert.ok(at.shown, `focus on ${at.name} cannot be seen`);
      seen.add(at.name);
    }
    for (const name of ['第 1 段正文', '第 1 段下移', '添加政策依据']) assert.ok([...seen].some((one) => one.includes(name)), `${name} by keyboard`);
  },
};

let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  const begun = Date.now();
  try {
    await step();
    console.log(`ok   ${name} (${Math.round((Date.now() - begun) / 1000)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}
// Calls that one step cut off are what it is about.
const faults = world.faults.filter((fault) => !/-gone: Failed to load resource: net::ERR_FAILED/.test(fault));
for (const fault of faults) console.log(`FAIL ${fault}`);
await world.close();
await staff.stop();
process.exit(failed === 0 && faults.length === 0 ? 0 : 1);
