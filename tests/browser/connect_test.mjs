// @connectrpc/connect-web against the gateway: in Node, in Chromium on a page of the gateway, and on the page of another site.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {build} from 'rolldown';
import {startFake} from './backends.mjs';
import {browserOrSkip, openBrowser} from './browser.mjs';
import {runMatrix} from './connect_matrix.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const {values} = parseArgs({options: {program: {type: 'string'}}});
const chromium = await browserOrSkip();
const folder = mkdtempSync(join(tmpdir(), 'koujing-connect-'));
const ENTRY = 'entries/gaoling-jintie-shi';

// A page with the matrix as its script, and the contract beside it.
async function makePage(path) {
  mkdirSync(path, {recursive: true});
  execFileSync(join(ROOT, 'node_modules/.bin/buf'), ['build', '--exclude-source-info', '-o', join(path, 'contract.binpb')], {cwd: ROOT});
  const entry = join(path, 'entry.mjs');
  writeFileSync(entry, `import {runMatrix} from ${JSON.stringify(join(ROOT, 'tests/browser/connect_matrix.mjs'))};
    window.runMatrix = async (url) => runMatrix(url, new Uint8Array(await (await fetch('/contract.binpb')).arrayBuffer()), window.change);`);
  await build({input: entry, logLevel: 'silent', output: {file: join(path, 'matrix.js'), format: 'iife'}});
  writeFileSync(join(path, 'index.html'), '<!doctype html><html lang="zh-CN"><title>matrix</title><script src="/matrix.js"></script></html>');
}

const web = join(folder, 'web');
await makePage(web);
const site = createServer((request, reply) => {
  const name = request.url === '/' ? 'index.html' : request.url.slice(1);
  if (!['index.html', 'matrix.js', 'contract.binpb'].includes(name)) return reply.writeHead(404).end();
  reply.setHeader('Content-Type', name.endsWith('.html') ? 'text/html; charset=utf-8' : name.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'application/octet-stream');
  reply.end(readFileSync(join(web, name)));
});
await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
const siteUrl = `http://127.0.0.1:${site.address().port}`;
const fake = await startFake(values.program, web, siteUrl);
const gateway = fake.url.slice(0, -1);
const image = readFileSync(join(web, 'contract.binpb'));
const change = (html) => fake.change(ENTRY, '高龄津贴怎么申请？', html);
const report = (where, lines) => lines.forEach((line) => console.log(`ok   ${where}: ${line}`));
let well = true;
try {
  await change('<p>年满80周岁可以申请。</p>');
  report('Node', await runMatrix(gateway, image, change));
  for (const [where, page] of [['Chromium', gateway], ['Chromium, another site', siteUrl]]) {
    const browser = await openBrowser(chromium, 'http://127.0.0.1', join(folder, 'shots'));
    await browser.page.exposeFunction('change', change);
    await browser.page.goto(page + '/');
    report(where, await browser.page.evaluate((url) => window.runMatrix(url), gateway));
    await browser.close();
    assert.deepEqual(browser.foreign, []);
  }
  const stranger = createServer((request, reply) => reply.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
  await new Promise((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const browser = await openBrowser(chromium, 'http://127.0.0.1', join(folder, 'shots'));
  await browser.page.goto(`http://127.0.0.1:${stranger.address().port}/`);
  const told = await browser.page.evaluate(async (url) => {
    const options = {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{"question":"a","channel":"WEB"}'};
    return fetch(`${url}/hotline.answer.v1.AnswerService/Ask`, options).then(() => 'read', () => 'refused');
  }, gateway);
  assert.equal(told, 'refused');
  console.log('ok   a site that is not allowed reads nothing');
  await browser.close();
  stranger.close();
} catch (error) {
  well = false;
  console.log(`FAIL ${error.stack}`);
}
await fake.stop();
site.close();
rmSync(folder, {recursive: true, force: true});
process.exit(well ? 0 : 1);
