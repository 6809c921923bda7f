// The widget inside another website: one script tag from another origin, under that site's strict CSP, amid its styles; and what the
// script weighs.
//
//   node tests/browser/widget_embed_test.mjs --server=build/dev/bin/kb-server --kbctl=build/dev/bin/kbctl

import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {gzipSync} from 'node:zlib';

import {startServer} from './backends.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {chatOf, checkState, forgive} from './widget_checks.mjs';

const {values: options} = parseArgs({options: {
  server: {type: 'string'}, kbctl: {type: 'string'}, shots: {type: 'string', default: 'build/browser'},
  web: {type: 'string', default: fileURLToPath(new URL('../../build/web', import.meta.url))}}});
const GZIP_MAX = 30_000;
const QUESTION = '高龄津贴怎么申请？';

// What large sites do to everything on their pages.
const HOST_STYLE = `html { font-size: 62.5%; } * { letter-spacing: 3px; font-family: cursive; box-sizing: content-box; }
button { background: red !important; color: lime !important; text-transform: uppercase; } p, h2, h3 { margin: 40px; display: none; }
[hidden] { display: block !important; } dialog { display: none; }`;

let gateway = '';
// A site whose pages take scripts and answers from itself and from the gateway only, and no inline code or style.
const site = createServer((request, response) => {
  const csp = `default-src 'none'; style-src 'self'; img-src data:; script-src 'self' ${gateway}; connect-src ${gateway}; base-uri 'none'`;
  response.setHeader('Content-Security-Policy', csp);
  if (request.url === '/style.css') {
    response.setHeader('Content-Type', 'text/css');
    return response.end(HOST_STYLE);
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  return response.end(`<!doctype html><html lang="zh-CN"><head><title>别的网站</title><link rel="stylesheet" href="/style.css">
    <link rel="icon" href="data:,"></head><body><main><h1>别的网站</h1></main>
    <script src="${gateway}/widget/kb-chat.js" data-endpoint="${gateway}" data-region="440300" data-lang="zh-CN"></script></body></html>`);
});
const listen = () => new Promise((resolve) => { site.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${site.address().port}`)); });

const chromium = await browserOrSkip();
const origin = await listen();
const backend = await startServer(options.server, options.kbctl, {web: options.web, flags: [`--gateway.allowed_origins=${origin}`]});
gateway = backend.url.replace(/\/$/, '');
const browser = await openBrowser(chromium, origin, options.shots);
const {page, complaints, foreign} = browser;
const chat = chatOf(page);

const steps = {
  async 'it is one file of at most 30 kB'() {
    const script = readFileSync(join(options.web, 'widget/kb-chat.js'));
    const size = gzipSync(script, {level: 9}).length;
    console.log(`     kb-chat.js: ${script.length} bytes, ${size} with gzip`);
    assert.ok(size <= GZIP_MAX, `${size} bytes`);
    assert.ok(!/\beval\(|new Function|\bimport\(|\bimport["'{]|https?:\/\/(?!www\.w3\.org)/.test(script.toString()), 'no eval, no imports, no addresses');
  },

  async 'one script tag in another origin, under its CSP'() {
    const seen = [];
    page.on('request', (request) => seen.push(new URL(request.url()).origin));
    await page.goto(origin);
    await chat.launch.waitFor();
    const before = foreign.map((url) => new URL(url).pathname);
    assert.deepEqual(before, ['/widget/kb-chat.js'], 'who does not open it asks for nothing');
    await chat.launch.click();
    await page.getByRole('dialog').getByRole('option', {name: '南山区'}).waitFor({state: 'attached'});
    await chat.ask(QUESTION);
    await chat.live(chat.last);
    assert.ok((await chat.last.innerText()).includes('年满80周岁'));
    assert.deepEqual([...new Set(seen)].filter((one) => one !== 'null').sort(), [origin, gateway].sort());
    assert.deepEqual(complaints, []);
    foreign.length = 0; // the gateway's origin, and no other: see above
  },

  async 'the styles of the site do not reach in'() {
    await checkState(page);
    await browser.shot('widget-embedded');
    const look = await chat.last.locator('.text p').first().evaluate((node) => {
      const {display, letterSpacing, fontFamily, fontSize, marginTop} = getComputedStyle(node);
      return {display, letterSpacing, fontFamily, fontSize, marginTop};
    });
    assert.equal(look.display, 'block');
    assert.equal(look.letterSpacing, 'normal');
    assert.equal(look.marginTop, '0px');
    assert.equal(look.fontSize, '17px');
    assert.ok(!look.fontFamily.includes('cursive'));
  },

  async 'a change reaches the other origin, and a suggestion and a receipt work there'() {
    await backend.kbctl(['recall', 'entries/gaoling-jintie-shi', '--reason', '测试召回']);
    await chat.last.getByRole('alert').getByText('这条答复已经撤回').waitFor();
    await chat.question.pressSequentially('居住证');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await chat.question.press('Escape');
    await chat.ask('居住证怎么办理？');
    await chat.live(chat.last);
    await chat.last.getByRole('button', {name: '答复凭证'}).click();
    assert.match(await chat.last.getByRole('group', {name: '答复凭证'}).locator('output').innerText(), /^\d{4} \d{4} \d{4}$/);
    foreign.length = 0;
  },

  async 'a site that was not allowed gets no answer, and a clear word'() {
    await page.goto(origin.replace('127.0.0.1', 'localhost'));
    await chat.launch.click();
    await chat.ask(QUESTION);
    await chat.last.getByRole('alert').waitFor();
    await chat.last.getByRole('link', {name: '12345'}).waitFor();
    forgive(complaints, /CORS|ERR_FAILED|403/);
    foreign.length = 0;
  },
};

const good = await runSteps(browser, steps, {chained: true});
await browser.close();
await backend.stop();
site.close();
process.exit(good ? 0 : 1);
