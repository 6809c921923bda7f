// The page on the product itself: kb-server with the sample knowledge, changed by kbctl while a person reads.
//
//   node tests/browser/server_test.mjs --server=build/dev/bin/kb-server --kbctl=build/dev/bin/kbctl --shots=build/dev/browser-server

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';

import {startServer} from './backends.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {checkPage} from './checks.mjs';

const {values: options} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'},
                                               shots: {type: 'string', default: 'build/browser-server'}}});
const ENTRY = 'entries/gaoling-jintie-shi';
const QUESTION = '高龄津贴怎么申请？';

const chromium = await browserOrSkip();
const backend = await startServer(options.server, options.kbctl);
const browser = await openBrowser(chromium, backend.url, options.shots);
const {page} = browser;
const article = page.getByRole('article');

// Changes one word of the working text and publishes it.
async function republish(from, to) {
  const entry = JSON.parse(await backend.kbctl(['entries', 'get', ENTRY]));
  const content = JSON.parse(JSON.stringify(entry.content).replaceAll(from, to));
  await backend.kbctl(['entries', 'update', ENTRY, '--mask', 'content.blocks'], JSON.stringify(content));
  await backend.kbctl(['entries', 'publish', ENTRY]);
}

const steps = {
  async 'a question finds its sample answer with evidence'() {
    await page.goto(backend.url);
    await page.getByLabel('所在地区').selectOption('440300');
    // The read path follows the import; until it has, it says honestly that it does not know.
    await assertEventually(async () => {
      await browser.ask(QUESTION);
      await page.locator('article, .referral, .choices').first().waitFor();
      return article.isVisible();
    });
    const text = await article.innerText();
    for (const part of ['年满80周岁', '示例内容，非现行政策', '市民政局', '第 1 版', '深圳市']) assert.ok(text.includes(part), part);
    assert.equal(await article.getAttribute('data-entry'), ENTRY);
    await page.locator('.live[data-state=live]').waitFor();
    await checkPage(page);
    await browser.shot('01-answer');
  },

  async 'typing brings suggestions'() {
    const input = page.getByRole('combobox', {name: '问题'});
    await input.fill('');
    await input.pressSequentially('居住证');
    await page.locator('#suggestions [role=option]').first().waitFor();
    await browser.shot('02-suggestions');
    await input.press('Escape');
  },

  async 'a release replaces the text under the reader'() {
    await republish('年满80周岁的本市户籍老人', '年满78周岁的本市户籍老人');
    await article.getByText('年满78周岁').waitFor();
    await article.getByText('答案已更新').waitFor();
    await article.getByText('第 2 版', {exact: true}).waitFor();
    await checkPage(page);
    await browser.shot('03-updated');
  },

  async 'a recall takes it away'() {
    await backend.kbctl(['recall', ENTRY, '--reason', '测试召回']);
    await article.getByText('这条答复已经撤回').waitFor();
    assert.ok(!(await article.innerText()).includes('78周岁'));
    await browser.shot('04-withdrawn');
  },

  async 'what the base does not hold is said, with a phone'() {
    await browser.ask('量子纠缠火星移民签证');
    await page.locator('.referral a.phone').waitFor();
    await browser.shot('05-not-known');
  },
};

async function assertEventually(attempt, attempts = 50) {
  for (let i = 0; i < attempts; ++i) if (await attempt()) return;
  assert.fail('it did not come true');
}

const good = await runSteps(browser, steps);
await browser.close();
await backend.stop();
process.exit(good ? 0 : 1);
