// The widget on the product itself: kb-server with the sample knowledge, kbctl as the editor and the department, a citizen in Chromium.
//
//   node tests/browser/widget_server_test.mjs --server=build/dev/bin/kb-server --kbctl=build/dev/bin/kbctl --shots=build/browser

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';

import {startServer} from './backends.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {chatOf, checkState, forgive, stateKeeper} from './widget_checks.mjs';

const {values: options} = parseArgs({options: {
  server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'}, shots: {type: 'string', default: 'build/browser'}}});
const ENTRY = 'entries/gaoling-jintie-shi';
const QUESTION = '高龄津贴怎么申请？';
const CODE = /^\d{4} \d{4} \d{4}$/;

const chromium = await browserOrSkip();
const backend = await startServer(options.server, options.kbctl, {web: options.web});
const browser = await openBrowser(chromium, backend.url, options.shots);
const {page, complaints} = browser;
const chat = chatOf(page);
const state = stateKeeper(page, options.shots, ['released', 'en-answer']);
const {dialog, question, launch, last} = chat;
const kbctl = async (...words) => JSON.parse(await backend.kbctl(words));
let receipt = '';
let correction = '';

// Changes one word of the working text and publishes it.
async function republish(from, to) {
  const entry = await kbctl('entries', 'get', ENTRY);
  const content = JSON.parse(JSON.stringify(entry.content).replaceAll(from, to));
  await backend.kbctl(['entries', 'update', ENTRY, '--mask', 'content.blocks'], JSON.stringify(content));
  await backend.kbctl(['entries', 'publish', ENTRY]);
}

async function lookUp(code) {
  await dialog.getByRole('button', {name: '设置'}).click();
  await dialog.getByRole('button', {name: '查凭证、查纠错'}).click();
  assert.equal(await chat.focused(), 'look-up-title');
  await dialog.getByLabel('编号').fill(code);
  await dialog.getByRole('button', {name: '查询'}).click();
}

const back = () => dialog.getByRole('button', {name: '返回对话'}).click();

// Asks again until it is so; each attempt is a call to the product.
async function assertEventually(attempt) {
  const end = Date.now() + 30_000;
  while (Date.now() < end) if (await attempt()) return;
  assert.fail('it did not come true');
}

const steps = {
  async 'the site’s own search box asks the widget'() {
    await page.setViewportSize({width: 1280, height: 860});
    // The read path follows the import; until it has, it says honestly that it does not know.
    await assertEventually(async () => {
      const reply = await kbctl('ask', '-c', 'WEB', QUESTION);
      return reply.outcome === 'ANSWERED';
    });
    await page.goto(backend.url);
    await page.getByRole('searchbox', {name: '要问的问题'}).fill(QUESTION);
    await page.getByRole('search').getByRole('button', {name: '问一问'}).click();
    await last.getByRole('heading', {name: QUESTION}).waitFor();
    await chat.live(last);
    const text = await last.innerText();
    for (const part of ['年满80周岁', '示例内容，非现行政策', '市民政局', '0755-00001006', '第 1 版', '深圳市', '示例政规〔2026〕3号', '截至']) {
      assert.ok(text.includes(part), part);
    }
    assert.equal(await last.locator('.answer').getAttribute('data-entry'), ENTRY);
    await last.getByText('截至').scrollIntoViewIfNeeded();
    await state('evidence');
  },

  async 'another region has another rule'() {
    await dialog.getByLabel('所在地区').selectOption({label: '南山区'});
    await last.getByText('满75周岁的区户籍老人').waitFor();
    assert.equal(await last.locator('.answer').getAttribute('data-entry'), 'entries/gaoling-jintie-nanshan');
    await dialog.getByLabel('所在地区').selectOption({label: '深圳市'});
    await last.getByText('年满80周岁的本市户籍老人').waitFor();
  },

  async 'Hanzi, pinyin and initials bring suggestions'() {
    for (const typed of ['居住证', 'juzhuzheng', 'jzz']) {
      await question.fill('');
      await question.pressSequentially(typed);
      await dialog.getByRole('listbox').getByRole('option', {name: /居住证/}).first().waitFor();
    }
    await state('pinyin');
    await question.press('Escape');
    await question.fill('');
  },

  async '有用 is counted'() {
    await last.getByRole('button', {name: '有用', exact: true}).click();
    await last.getByRole('status').getByText('谢谢，已记下。').waitFor();
    await assertEventually(async () => Number((await kbctl('usage', 'entry', ENTRY)).total?.usefulCount ?? 0) === 1);
  },

  async 'a receipt proves what was said'() {
    await last.getByRole('button', {name: '答复凭证'}).click();
    receipt = await last.getByRole('group', {name: '答复凭证'}).locator('output').innerText();
    assert.match(receipt, CODE);
    await last.getByRole('button', {name: '复制编号'}).click();
    await last.getByRole('button', {name: '已复制'}).waitFor();
    await state('receipt');
    const shown = await kbctl('receipts', 'show', receipt);
    assert.equal(shown.receipt.entry, ENTRY);
    assert.equal(shown.receipt.channel, 'WEB');
  },

  async '没用 leads to a report with a code'() {
    await chat.ask('居住证怎么办理？');
    await chat.live(last);
    await last.getByRole('button', {name: '没用'}).click();
    const reasons = last.getByRole('group', {name: '哪里没帮上忙？'});
    await reasons.waitFor();
    await state('reasons');
    await reasons.getByRole('button', {name: '已经过时'}).click();
    assert.match(await chat.focused(), /-report-title$/);
    assert.equal(await last.getByLabel('问题类型').inputValue(), 'OUTDATED');
    await last.getByLabel('请说明（选填）').fill('窗口搬走了，地址是旧的');
    await state('report');
    await last.getByRole('button', {name: '提交'}).click();
    const done = last.getByRole('group', {name: '纠错'});
    correction = await done.locator('output').innerText();
    assert.match(correction, CODE);
    assert.ok((await done.innerText()).includes('最迟'));
    await state('reported');
  },

  async 'the code tells how the report stands, and the answer to it'() {
    await lookUp(correction.replaceAll(' ', '-'));
    await dialog.getByText('正在核实').waitFor();
    await state('look-up');
    await back();
    const name = `corrections/c${correction.replaceAll(' ', '')}`;
    const stored = await kbctl('corrections', 'show', name);
    assert.equal(stored.fault, 'OUTDATED');
    assert.equal(stored.report, '窗口搬走了，地址是旧的');
    await backend.kbctl(['corrections', 'close', name, '窗口地址没有变动，谢谢您的提醒。']);
    await lookUp(correction);
    await dialog.getByText('窗口地址没有变动，谢谢您的提醒。').waitFor();
    await back();
  },

  async 'a wrong code is told from an unknown one'() {
    const wrong = receipt.slice(0, -1) + ((Number(receipt.at(-1)) + 1) % 10);
    await lookUp(wrong);
    await dialog.getByRole('alert').getByText('编号不对，请再核对一遍。').waitFor();
    await checkState(page);
    await back();
    forgive(complaints, /40[04].*(GetReceipt|GetCorrectionStatus)/);
  },

  async 'the choices of an open question lead to its answer'() {
    await chat.ask('落户');
    await last.getByRole('heading', {name: '您想问的是哪一个？'}).waitFor();
    await state('real-choices');
    await last.getByRole('button', {name: /新生儿上户口怎么办/}).click();
    await chat.live(last);
    await last.getByRole('heading', {name: '新生儿上户口怎么办？'}).waitFor();
  },

  async 'what the base does not hold is said, with the owner’s phone and the hotline'() {
    await chat.ask('补贴怎么领');
    await last.getByRole('heading', {name: '暂时没有现成的答复'}).waitFor();
    const owner = last.getByRole('link', {name: /^0755-0000\d{4}$/});
    assert.equal(await owner.getAttribute('href'), `tel:${(await owner.innerText()).replace('-', '')}`);
    assert.ok((await last.innerText()).includes(`可能由市残疾人联合会（${await owner.innerText()}）负责`));
    assert.equal(await last.getByRole('link', {name: '12345'}).getAttribute('href'), 'tel:12345');
    await state('referral');
  },

  async 'approved translations are given, and where there is none it is said'() {
    await dialog.getByRole('button', {name: '设置'}).click();
    await dialog.getByLabel('语言').selectOption('en');
    const first = page.getByRole('article').first();
    await first.getByText('Anyone with a registered household').waitFor();
    await page.getByRole('article').nth(3).getByText('Chinese original').waitFor();
    await dialog.getByRole('button', {name: 'Settings'}).click();
    await page.getByRole('log').evaluate((log) => log.scrollTo(0, 0));
    await state('en-answer');
    await dialog.getByRole('button', {name: 'Settings'}).click();
    await dialog.getByLabel('Language').selectOption('zh-TW');
    await first.getByText('高齡津貼').first().waitFor();
    await dialog.getByLabel('語言').selectOption('zh-CN');
    await first.locator('.text').getByText('年满80周岁的').waitFor();
    await dialog.getByRole('button', {name: '设置'}).click();
  },

  async 'a release replaces the text under the reader'() {
    const first = page.getByRole('article').first();
    await republish('年满80周岁的本市户籍老人', '年满78周岁的本市户籍老人');
    await first.locator('.text').getByText('年满78周岁').waitFor();
    await first.getByText('答案已更新').waitFor();
    await dialog.getByRole('button', {name: '答案已更新 · 点此查看'}).click();
    await first.getByText('第 2 版', {exact: false}).first().waitFor();
    await state('released');
  },

  async 'a recall takes it away, and the receipt says so'() {
    await backend.kbctl(['recall', ENTRY, '--reason', '测试召回']);
    const first = page.getByRole('article').first();
    await first.getByRole('alert').getByText('这条答复已经撤回').waitFor();
    assert.ok(!(await first.innerText()).includes('78周岁'));
    await state('recalled');
    await lookUp(receipt);
    await dialog.getByRole('heading', {name: `答复凭证 ${receipt}`}).waitFor();
    await dialog.getByText(/已有新的答复|已经撤回|不再提供/).waitFor();
    await state('look-up-receipt');
    await back();
  },

  async 'what many ask is offered first'() {
    await assertEventually(async () => {
      const hot = await backend.kbctl(['usage', 'hot', '-c', 'WEB']);
      return hot.includes('居住证怎么办理');
    });
    await dialog.getByRole('button', {name: '设置'}).click();
    await dialog.getByRole('button', {name: '清空对话'}).click();
    await dialog.getByRole('heading', {name: '大家常问'}).waitFor();
    await state('hot');
    await dialog.getByRole('button', {name: /居住证怎么办理/}).click();
    await chat.live(last);
    assert.match(await chat.focused(), /^turn-/);
  },

  async 'the button comes back with the focus'() {
    await page.keyboard.press('Escape');
    assert.equal(await chat.focused(), 'launch');
    await launch.waitFor();
  },
};

const good = await runSteps(browser, steps, {chained: true});
await browser.close();
await backend.stop();
process.exit(good ? 0 : 1);
