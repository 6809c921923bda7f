// Texts that want to be code, through every field that an editor or a citizen fills. The page's CSP is switched off here: what is shown
// must be harmless by itself.
//
//   node tests/browser/widget_xss_test.mjs --program=build/dev/bin/kb-fake --server=build/dev/bin/kb-server --kbctl=build/dev/bin/kbctl

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {startFake, startServer} from './backends.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {chatOf} from './widget_checks.mjs';

const {values: options} = parseArgs({options: {
  program: {type: 'string'}, server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'},
  shots: {type: 'string', default: 'build/browser'}}});

const RUN = 'window.ran=1';
const CORPUS = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<svg onload="${RUN}"><circle/></svg>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin="${RUN}" attributeName=x dur=1s>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${RUN}">`,
  `<iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `<iframe src="javascript:parent.ran=1"></iframe>`,
  `<object data="javascript:${RUN}"></object>`,
  `<embed src="javascript:${RUN}">`,
  `<details open ontoggle="${RUN}"><summary>x</summary></details>`,
  `<input autofocus onfocus="${RUN}">`,
  `<body onload="${RUN}">`,
  `<video><source onerror="${RUN}"></video>`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>"></noscript>`,
  `<style>@import 'javascript:${RUN}'</style>`,
  `<form><button formaction="javascript:${RUN}">x</button></form>`,
  `<base href="https://elsewhere.example/"><a href="x">x</a>`,
  `<meta http-equiv="refresh" content="0;url=javascript:${RUN}">`,
  `<link rel="stylesheet" href="https://elsewhere.example/x.css">`,
  `<a href="javascript:${RUN}">x</a>`,
  `<a href="java&#10;script:${RUN}">x</a>`,
  `<a href=" javascript:${RUN}">x</a>`,
  `<a href="data:text/html,<script>${RUN}</script>">x</a>`,
  `<a href="vbscript:${RUN}">x</a>`,
  `<a href="tel:1&#34;onmouseover=${RUN}">x</a>`,
  `[x](javascript:${RUN})`,
  `[x](https://a.example/"onmouseover="${RUN})`,
  `![x](x"onerror="${RUN})`,
  `"><img src=x onerror=${RUN}>`,
  `'-${RUN}-'`,
  `\${${RUN}}`,
  `{{constructor.constructor('${RUN}')()}}`,
  `<!--<img src="--><img src=x onerror=${RUN}>`,
  `<kb-chat endpoint="https://elsewhere.example"></kb-chat>`,
  `<scr<script>ipt>${RUN}</script>`,
  `\u202e<img src=x onerror=${RUN}>`,
];

const chromium = await browserOrSkip();
const fake = await startFake(options.program, options.web);
const server = await startServer(options.server, options.kbctl, {web: options.web});

// Runs in the page: what is in the widget that should not be.
function findCode() {
  const found = [];
  const roots = [document.querySelector('kb-chat').shadowRoot];
  for (const node of roots[0].querySelectorAll('*')) {
    const name = node.tagName.toLowerCase();
    if (['script', 'img', 'iframe', 'object', 'embed', 'style', 'link', 'meta', 'base', 'video', 'source', 'math', 'template',
      'kb-chat'].includes(name)) found.push(name);
    if (name === 'svg' && !node.matches('.icon')) found.push('svg');
    for (const {name: attribute, value} of node.attributes) {
      if (attribute.startsWith('on') || attribute === 'style' || attribute === 'srcdoc' || attribute === 'formaction') found.push(attribute);
      if (['href', 'src', 'xlink:href'].includes(attribute) && !/^(https?:\/\/|tel:[0-9+]*$)/.test(value)) found.push(`${attribute}=${value}`);
    }
  }
  return {ran: window.ran, found};
}

// True when nothing of it became code; hovers and clicks what could be waiting for that.
async function harmless(page, what) {
  await page.evaluate(() => {
    for (const node of document.querySelector('kb-chat').shadowRoot.querySelectorAll('.log *')) {
      node.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
    }
  });
  const {ran, found} = await page.evaluate(findCode);
  assert.equal(ran, undefined, `${what} was run`);
  assert.deepEqual(found, [], what);
}

async function open(url) {
  const browser = await openBrowser(chromium, url, options.shots, {bypassCSP: true});
  browser.page.on('dialog', (dialog) => { browser.complaints.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  await browser.page.goto(url);
  const chat = chatOf(browser.page);
  await chat.launch.click();
  return {browser, chat, page: browser.page};
}

// As it must be written to get past the door of the service, which takes no HTML in blocks.
const asText = (text) => text.replaceAll('<', '\\<');

// One evil text in every field of an entry that takes texts.
const evilRow = (text, index) => JSON.stringify({
  entryId: `evil-${index}`,
  content: {
    kind: 'FAQ', question: `第${index}号办法怎么查？${text}`, similarQuestions: [`第${index}号办法${text}`],
    blocks: [{type: 'CONCLUSION', title: text.length < 46 ? `标题${text}` : '', text: `安全的答复。\n\n${asText(text)}\n\n- ${asText(text)}`},
      {type: 'MATERIALS', text: `| 甲 | 乙 |\n|---|---|\n| ${asText(text).replaceAll('|', '')} | 丙 |`}],
    shortAnswer: asText(`简短${text}`), category: '测试', department: `departments/evil${index}`, region: '440300',
    policies: [`policies/evil${index}`], provenance: {source: 'koujing-sample', sourceId: `evil-${index}`, licence: 'Apache-2.0', sample: true}},
  departmentDisplayName: `部门${text}`.slice(0, 90), departmentPhone: '0755-00001006',
  policies: [{name: `policies/evil${index}`, title: `文件${text}`, documentNumber: `文号${text}`.slice(0, 60), status: 'VALID', region: '440300', issuer: '示例市政府', issueTime: '2026-02-28T16:00:00Z',
    url: "https://www.example.gov.cn/x?a='onmouseover='window.ran=1", sample: true}],
});

const steps = {
  async 'html of an answer that the service should never send'() {
    const {browser, chat, page} = await open(fake.url);
    await fake.change('entries/evil', '有什么问题？', '<p>安全的文字0</p>');
    await chat.ask('有什么问题？');
    await chat.live(chat.last);
    for (const [index, text] of CORPUS.entries()) {
      const line = text.replaceAll('|', '').replaceAll('\n', ' ');
      await fake.change('entries/evil', `有什么问题？${line}`, `<p>安全的文字${index + 1}</p><section data-type="CONCLUSION"><p>${line}</p></section>${line}`);
      await chat.last.locator('.text').getByText(`安全的文字${index + 1}`, {exact: true}).waitFor();
      await harmless(page, text);
    }
    await browser.close();
    assert.deepEqual(browser.foreign, []);
  },

  async 'what a citizen types'() {
    const {browser, chat, page} = await open(server.url);
    for (const [index, text] of CORPUS.entries()) {
      await chat.ask(text);
      await page.getByRole('article').nth(Math.min(index, 19)).waitFor();
      await chat.last.locator('.answer, .choices').first().waitFor();
      await harmless(page, text);
    }
    await page.reload();
    await chat.last.locator('.answer, .choices').first().waitFor();
    await harmless(page, 'after a reload');
    await browser.close();
    assert.deepEqual(browser.foreign, []);
  },

  async 'what an editor writes: question, wordings, blocks, department, policy'() {
    const folder = mkdtempSync(join(tmpdir(), 'koujing-xss-'));
    const file = join(folder, 'rows.jsonl');
    const kept = [];
    for (const [index, text] of CORPUS.entries()) {
      writeFileSync(file, `${evilRow(text, index)}\n`);
      // Refused at the door is as good.
      const told = await server.kbctl(['import', '--format', 'row', '--publish', file]).catch((error) => String(error));
      if (told.includes('"created":1')) kept.push(index);
    }
    rmSync(folder, {recursive: true});
    assert.ok(kept.length > CORPUS.length / 2, `only ${kept.length} of ${CORPUS.length} came in`);
    const {browser, chat, page} = await open(server.url);
    for (const index of kept) {
      await chat.question.fill('');
      await chat.question.pressSequentially(`第${index}号办法`);
      await page.getByRole('listbox').getByRole('option', {name: `第${index}号`}).first().waitFor();
      await harmless(page, `suggestions: ${CORPUS[index]}`);
      await page.getByRole('listbox').getByRole('option', {name: `第${index}号`}).first().click();
      await chat.last.getByText('安全的答复').waitFor();
      assert.ok((await chat.last.innerText()).includes('部门'));
      await harmless(page, CORPUS[index]);
    }
    await browser.shot('widget-evil');
    await browser.close();
    assert.deepEqual(browser.foreign, []);
  },

  async 'what another script left in the storage, and the settings of the page'() {
    const {browser, chat, page} = await open(server.url);
    await page.evaluate((corpus) => {
      sessionStorage.setItem('koujing.chat.questions', JSON.stringify({open: true, turns: corpus.map((text) => (
        {question: text, entry: text, region: text}))}));
      localStorage.setItem('koujing.chat', JSON.stringify({theme: corpus[0], tag: corpus[1], region: corpus[2], elder: corpus[3]}));
      sessionStorage.setItem('other', '1');
    }, CORPUS);
    await page.reload();
    await chat.last.locator('.answer').waitFor();
    await harmless(page, 'storage');
    await page.evaluate(() => sessionStorage.setItem('koujing.chat.questions', '{"turns":[null,7,{"question":{}},"x"],"open":"yes"}'));
    await page.evaluate(() => localStorage.setItem('koujing.chat', '[[['));
    await page.reload();
    await chat.launch.waitFor();
    await page.evaluate((corpus) => {
      const chat = document.createElement('kb-chat');
      document.querySelector('kb-chat').remove();
      for (const name of ['heading', 'hotline', 'examples', 'region', 'lang', 'channel', 'theme', 'size', 'mode']) chat.setAttribute(name, corpus[1]);
      document.body.append(chat);
    }, CORPUS);
    await chat.launch.click();
    await page.getByRole('dialog').waitFor();
    await harmless(page, 'attributes');
    await browser.close();
    assert.deepEqual(browser.foreign, []);
  },
};

const good = await runSteps({shot: async () => {}, foreign: [], complaints: []}, steps);
await fake.stop();
await server.stop();
process.exit(good ? 0 : 1);
