// The policy of pages in a real browser: no inline script runs anywhere, the staff's kit of components works under theirs,
// and would not under the stricter one of the public pages.

import assert from 'node:assert/strict';
import {copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {startFake} from './backends.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const {values} = parseArgs({options: {program: {type: 'string'}}});
const chromium = await browserOrSkip();
const folder = mkdtempSync(join(tmpdir(), 'koujing-policy-'));

// The same page for the public and for staff: a select of the kit that pops up, with one ticked option.
const PAGE = `<!doctype html><html lang="zh-CN"><title>policy</title>
<link rel="stylesheet" href="kit.css"><script src="vue.js"></script><script src="kit.js"></script>
<div id="app"></div><script src="app.js"></script>
<script>window.inlineRan = true</script><img src="x" onerror="window.handlerRan = true"></html>`;
const APP = `document.addEventListener('securitypolicyviolation', (event) => (window.violations ??= []).push(event.effectiveDirective));
const {createApp, h, ref} = Vue;
createApp({setup() {
  const chosen = ref([1]);
  return () => [h(ElementPlus.ElInput, {type: 'textarea', autosize: true, modelValue: '长文', 'aria-label': '答复'}), h(ElementPlus.ElSelect, {modelValue: chosen.value, multiple: true, 'aria-label': '渠道', 'onUpdate:modelValue': (to) => { chosen.value = to; }},
    () => [1, 2, 3].map((value) => h(ElementPlus.ElOption, {value, label: '选项' + value})))];
}}).mount('#app');`;
for (const name of ['strict', 'console']) {
  const path = join(folder, name);
  mkdirSync(path, {recursive: true});
  writeFileSync(join(path, 'index.html'), PAGE);
  writeFileSync(join(path, 'app.js'), APP);
  copyFileSync(join(ROOT, 'node_modules/vue/dist/vue.runtime.global.prod.js'), join(path, 'vue.js'));
  copyFileSync(join(ROOT, 'node_modules/element-plus/dist/index.full.min.js'), join(path, 'kit.js'));
  copyFileSync(join(ROOT, 'node_modules/element-plus/dist/index.css'), join(path, 'kit.css'));
}

// What the page was not allowed to do once its pop-up is open.
async function violationsOn(browser, url) {
  await browser.page.goto(url);
  await browser.page.getByRole('combobox', {name: '渠道'}).press('Enter');
  await browser.page.getByRole('option', {name: '选项2'}).waitFor();
  await browser.page.getByRole('option', {name: '选项2'}).click();
  // What was refused is told in a task of its own: a style of ours that is refused last comes after all others.
  return browser.page.evaluate(() => new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', (event) => event.sourceFile !== 'x' && setTimeout(() => resolve([...new Set(window.violations)]), 0));
    const mark = document.createElement('script');
    mark.textContent = 'window.markRan = true';
    document.body.append(mark);
  }));
}

const fake = await startFake(values.program, folder);
const browser = await openBrowser(chromium, fake.url, join(folder, 'shots'));
const well = await runSteps(browser, {
  'no inline script and no handler runs, in any folder': async () => {
    for (const path of ['strict/', 'console/']) {
      const violations = await violationsOn(browser, fake.url + path);
      assert.ok(violations.some((directive) => directive.startsWith('script-src')), violations.join());
      assert.deepEqual(await browser.page.evaluate(() => [window.inlineRan, window.handlerRan, window.markRan].map(Boolean)), [false, false, false]);
    }
  },
  'the kit works under the policy of staff': async () => {
    const violations = await violationsOn(browser, fake.url + 'console/');
    assert.deepEqual(violations.filter((directive) => !directive.startsWith('script-src')), []);
  },
  'it needs what that policy allows': async () => {
    const violations = await violationsOn(browser, fake.url + 'strict/');
    assert.deepEqual(violations.filter((directive) => !directive.startsWith('script-src')), ['img-src']);
  },
  'staff pages are framed by nobody': async () => {
    await browser.page.goto(fake.url + 'strict/');
    const framed = await browser.page.evaluate(async (url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
      return frame.contentDocument?.title ?? 'nothing';
    }, fake.url + 'console/');
    assert.equal(framed, 'nothing');
    browser.complaints.length = 0;  // of what was refused, which is what this is about
  },
});
await browser.close();
await fake.stop();
rmSync(folder, {recursive: true, force: true});
process.exit(well ? 0 : 1);
