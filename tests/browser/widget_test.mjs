// The widget as a person uses it, in Chromium, on answers that the test sets: ask, read, follow, lose, come back. Takes a picture of
// each state.
//
//   node tests/browser/widget_test.mjs --program=build/dev/bin/kb-fake --shots=build/browser

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';

import {startFake} from './backends.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {chatOf, checkState, forgive, stateKeeper} from './widget_checks.mjs';

const {values: options} = parseArgs({options: {
  program: {type: 'string'}, web: {type: 'string'}, shots: {type: 'string', default: 'build/browser'}}});

const ENTRY = 'entries/gaoling-jintie-shi';
const QUESTION = '高龄津贴怎么申请？';
const OTHER = '高龄津贴什么时候发放？';
const TEXT = '<section data-type="CONCLUSION"><h3>结论</h3><p>年满80周岁的本市户籍老人可以领高龄津贴，网上、手机或者社区都能申请。</p></section>' +
  '<section data-type="MATERIALS"><h3>所需材料</h3><ul><li>老人身份证、户口簿；</li><li>老人本人的银行卡。</li></ul></section>' +
  '<section data-type="FEE"><h3>标准</h3><table><thead><tr><th>年龄</th><th>每月</th></tr></thead><tbody><tr><td>80至89周岁</td><td>260元</td></tr></tbody></table></section>' +
  '<section data-type="PROCEDURE"><h3>办理流程</h3><ol><li>在小程序搜索“高龄津贴”并提交；</li><li>或到户籍所在社区党群服务中心填表。</li></ol></section>';

const chromium = await browserOrSkip();
const backend = await startFake(options.program, options.web);
const browser = await openBrowser(chromium, backend.url, options.shots);
const {page, complaints} = browser;
const chat = chatOf(page);
const state = stateKeeper(page, options.shots, ['answer', 'zoom']);
const {dialog, question, launch} = chat;
const article = page.getByRole('article');
const NOT_SERVED = /501|404/; // kb-fake answers; it does not count

async function fresh(path) {
  await page.goto(`${backend.url}site/icon.svg`); // the same origin, without the widget
  await page.evaluate(() => { localStorage.clear(); sessionStorage.clear(); });
  await page.goto(backend.url + path);
}

async function setting(label, value) {
  await dialog.getByRole('button', {name: /^(设置|設定|Settings)$/}).click();
  await dialog.getByLabel(label).selectOption(value);
  await dialog.getByRole('button', {name: /^(设置|設定|Settings)$/}).click();
}

const steps = {
  async 'the site shows a button that opens a dialog, by keyboard'() {
    await page.setViewportSize({width: 1280, height: 860});
    await page.goto(backend.url);
    assert.equal(await page.title(), '示例市人民政府 · 演示网站');
    await launch.waitFor();
    assert.equal(await dialog.count(), 0);
    await state('closed');
    await launch.focus();
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    assert.equal(await chat.focused(), 'question');
    await dialog.getByRole('heading', {name: '您好，想办什么事？'}).waitFor();
    await dialog.getByRole('option', {name: '南山区'}).waitFor({state: 'attached'});
    await state('open');
    forgive(complaints, NOT_SERVED);
  },

  async 'Tab stays inside, Escape closes, focus returns'() {
    const seen = new Set();
    for (let i = 0; i < 25; ++i) {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.tagName), 'KB-CHAT');
      seen.add(await chat.focused());
    }
    assert.ok(seen.has('question') && seen.has('设置') && seen.has('关闭') && seen.has('region'), [...seen].join());
    assert.ok(!seen.has('launch'));
    await page.keyboard.press('Escape');
    await dialog.waitFor({state: 'hidden'});
    assert.equal(await chat.focused(), 'launch');
    await page.keyboard.press('Enter');
    await dialog.waitFor();
  },

  async 'an empty question is answered with what to do'() {
    await dialog.getByRole('button', {name: '发送'}).click();
    await dialog.getByRole('alert').getByText('请先写下您的问题。').waitFor();
    assert.equal(await chat.focused(), 'question');
  },

  async 'what nobody knows is said honestly, with a phone'() {
    await chat.ask('不知道的事');
    await chat.last.getByRole('heading', {name: '暂时没有现成的答复'}).waitFor();
    assert.equal(await chat.last.getByRole('link', {name: '12345'}).first().getAttribute('href'), 'tel:12345');
    await state('no-answer');
  },

  async 'suggestions come while typing and are taken by keyboard'() {
    await backend.change(ENTRY, QUESTION, TEXT);
    await backend.change('entries/jintie-fafang', OTHER, TEXT);
    await question.pressSequentially('高龄');
    const options = dialog.getByRole('listbox', {name: '您是不是想问'}).getByRole('option');
    await options.first().waitFor();
    assert.equal(await options.count(), 2);
    assert.equal(await question.getAttribute('aria-expanded'), 'true');
    await question.press('ArrowDown');
    await question.press('ArrowDown');
    assert.equal(await question.getAttribute('aria-activedescendant'), 'suggestion-1');
    await question.press('ArrowUp');
    await state('suggestions');
    await question.press('Escape');
    await options.first().waitFor({state: 'hidden'});
    assert.ok(await dialog.isVisible(), 'the first Escape closes the list only');
    await question.press('End');
    await question.pressSequentially('津');
    await options.first().waitFor();
    await question.press('ArrowDown');
    await question.press('Enter');
    await chat.last.getByRole('heading', {name: QUESTION}).waitFor();
    await chat.live(chat.last);
  },

  async 'an answer comes with its evidence'() {
    await dialog.getByLabel('所在地区').selectOption('440305');
    await chat.ask(QUESTION);
    await chat.last.getByText('正在查找').waitFor({state: 'detached'});
    await chat.live(chat.last);
    const text = await chat.last.innerText();
    for (const part of ['年满80周岁', '示例内容，非现行政策', '南山区暂无单独答复', '市民政局', '0755-00001006', '示例政规〔2026〕3号',
                        '第 1 版', '深圳市', '2026年1月1日起', '实时更新中']) {
      assert.ok(text.includes(part), `the answer shows ${part}`);
    }
    await chat.last.getByText('更多出处信息').click();
    assert.ok((await chat.last.innerText()).includes('9f86d081884c'));
    await chat.last.getByRole('button', {name: '复制完整的内容指纹'}).click();
    await chat.last.getByRole('button', {name: '已复制'}).waitFor();
    assert.equal(await page.locator('kb-chat').evaluate((node) => getComputedStyle(node).backgroundImage), 'none');
    await state('answer');
  },

  async 'a republished answer is struck and replaced while it is read'() {
    await backend.change(ENTRY, QUESTION, TEXT.replace('80周岁', '75周岁'));
    await chat.last.getByText('答案已更新').waitFor();
    await chat.last.locator('.text').getByText('年满75周岁').waitFor();
    assert.ok((await chat.last.locator('.old del').innerText()).includes('年满80周岁'));
    assert.ok(!(await chat.last.locator('.text').innerText()).includes('80周岁的'));
    assert.ok((await chat.last.innerText()).includes('第 2 版'));
    // Both places that show this entry.
    assert.equal(await chat.log.getByText('答案已更新').count(), 2);
    // The reader is further down: a line says it, and leads there.
    await dialog.getByRole('button', {name: '答案已更新 · 点此查看'}).click();
    assert.equal(await chat.focused(), await chat.last.getByRole('heading', {name: QUESTION}).getAttribute('id'));
    await state('updated');
  },

  async 'what changes while the dialog is closed is told on its button'() {
    await page.keyboard.press('Escape');
    await dialog.waitFor({state: 'hidden'});
    await backend.change(ENTRY, QUESTION, TEXT);
    await page.locator('kb-chat').getByRole('button', {name: '有答案更新'}).click();
    await dialog.getByRole('button', {name: '答案已更新 · 点此查看'}).click();
    await chat.last.locator('.text').getByText('年满80周岁').waitFor();
  },

  async 'a lost connection is said, and nothing is missed over it'() {
    await page.evaluate(() => {
      window.states = [];
      const banner = document.querySelector('kb-chat').shadowRoot.querySelector('.banner');
      new MutationObserver(() => window.states.push(banner.textContent)).observe(banner, {subtree: true, childList: true, characterData: true});
    });
    await backend.restart();
    await page.waitForFunction(() => window.states.some((words) => words.includes('网络已断开')));
    await backend.change(ENTRY, QUESTION, TEXT.replace('80周岁', '70周岁'));
    await chat.last.locator('.text').getByText('年满70周岁').waitFor();
    await chat.live(chat.last);
    forgive(complaints, /ERR_|501/);
  },

  async 'a question asked without a network is sent when it is back'() {
    await page.context().setOffline(true);
    await dialog.getByRole('status').getByText('网络已断开').waitFor();
    await chat.ask('选择一个');
    await chat.last.getByRole('alert').getByText('恢复后会自动发送').waitFor();
    await state('offline');
    await page.context().setOffline(false);
    await chat.last.getByRole('heading', {name: '您想问的是哪一个？'}).waitFor();
    await dialog.getByRole('status').getByText('网络已断开').waitFor({state: 'hidden'});
    forgive(complaints, /ERR_|501/);
  },

  async 'choices are buttons that lead to answers'() {
    await state('choices');
    await chat.last.getByRole('button', {name: OTHER}).click();
    await chat.last.getByRole('heading', {name: OTHER}).waitFor();
    await chat.live(chat.last);
  },

  async 'a withdrawn answer goes, and whom to call comes'() {
    await backend.withdraw('entries/jintie-fafang');
    await chat.last.getByRole('alert').getByText('这条答复已经撤回').waitFor();
    const text = await chat.last.innerText();
    assert.ok(!text.includes('周岁'));
    assert.equal(await chat.last.getByRole('heading', {name: OTHER}).locator('del').count(), 1);
    assert.equal(await chat.last.getByRole('link', {name: '0755-00001006'}).getAttribute('href'), 'tel:075500001006');
    await state('withdrawn');
  },

  async 'a report that is being written survives a change of its answer'() {
    await chat.ask(QUESTION);
    await chat.live(chat.last);
    await chat.last.getByRole('button', {name: '纠错'}).click();
    await chat.last.getByLabel('请说明（选填）').fill('写到一半');
    await backend.change(ENTRY, QUESTION, TEXT.replace('80周岁', '68周岁'));
    await chat.last.locator('.text').getByText('年满68周岁').waitFor();
    assert.equal(await chat.last.getByLabel('请说明（选填）').inputValue(), '写到一半');
    await chat.last.getByRole('button', {name: '取消'}).click();
    await backend.change(ENTRY, QUESTION, TEXT.replace('80周岁', '70周岁'));
    await chat.last.locator('.text').getByText('年满70周岁').waitFor();
  },

  async 'a refused question shows the sentence of the service'() {
    await chat.ask('拒绝');
    await chat.last.getByRole('alert').getByText('这条答复现在不能查看').waitFor();
    await state('error');
    forgive(complaints, NOT_SERVED);
  },

  async 'a doubtful service is marked as such'() {
    await page.route('**/Ask', async (route) => {
      const reply = await route.fetch();
      const body = await reply.json();
      await route.fulfill({response: reply, json: {...body, freshness: {...body.freshness, stale: true, logTime: '2026-11-26T04:10:00Z'}}});
    });
    await chat.ask(QUESTION);
    await chat.last.getByText('无法确认内容是否最新').waitFor();
    await state('stale');
    await page.unroute('**/Ask');
  },

  async 'an answer on hold says so, and offers no receipt'() {
    await page.route('**/Ask', async (route) => {
      const reply = await route.fetch();
      const body = await reply.json();
      await route.fulfill({response: reply, json: {...body, answer: {...body.answer, entry: 'entries/held', held: true, suspect: true,
        html: '<p>该答复依据的文件已变动，正在核实，请拨打12345咨询。</p>'}}});
    });
    await chat.ask(QUESTION);
    await chat.last.getByText('正在核实，请拨打12345咨询').waitFor();
    assert.equal(await chat.last.getByRole('button', {name: '答复凭证'}).count(), 0);
    await checkState(page);
    await page.unroute('**/Ask');
  },

  async 'a service that is away or full is asked again by itself'() {
    for (const [status, code, words] of [[503, 'unavailable', '服务暂时不可用'], [429, 'resource_exhausted', '正在为您排队']]) {
      await page.route('**/Ask', (route) => route.fulfill({status, json: {code, message: '……'}}));
      await chat.ask(QUESTION);
      await chat.last.getByRole('alert').getByText(words).waitFor();
      if (status === 503) await state('unavailable');
      await page.unroute('**/Ask');
      await chat.last.locator('.text').getByText('年满').waitFor();
    }
    forgive(complaints, /503|429|404/);
  },

  async 'questions survive a reload, and their answers are read anew'() {
    await backend.change(ENTRY, QUESTION, TEXT.replace('80周岁', '65周岁'));
    await page.reload();
    await dialog.waitFor();
    await chat.last.locator('.text').getByText('年满65周岁').waitFor();
    assert.ok(await article.count() > 5);
    const kept = await page.evaluate(() => sessionStorage.getItem('koujing.chat.questions'));
    assert.ok(kept.includes(QUESTION) && !kept.includes('65周岁'), 'no text of an answer is kept');
    assert.equal(await dialog.getByLabel('所在地区').inputValue(), '440305');
    forgive(complaints, NOT_SERVED);
  },

  async 'the conversation can be cleared'() {
    await dialog.getByRole('button', {name: '设置'}).click();
    await state('settings');
    await dialog.getByRole('button', {name: '清空对话'}).click();
    await dialog.getByRole('heading', {name: '您好，想办什么事？'}).waitFor();
    assert.equal(await article.count(), 0);
  },

  async '长辈版: large, short first, everything on demand, honest about the voice'() {
    await dialog.getByRole('button', {name: '长辈版'}).click();
    await chat.ask(QUESTION);
    await chat.live(chat.last);
    assert.ok((await chat.last.innerText()).includes('年满65周岁'));
    assert.ok(!(await chat.last.innerText()).includes('户口簿'));
    await chat.last.getByText('本设备没有可用的朗读语音').waitFor();
    await state('elder');
    const more = chat.last.getByRole('button', {name: '展开全部'});
    assert.equal(await more.getAttribute('aria-expanded'), 'false');
    await more.click();
    assert.ok((await chat.last.innerText()).includes('户口簿'));
    assert.equal(await page.evaluate(() => document.documentElement.dataset.size), 'elder', 'the site follows');
    await state('elder-whole');
    await dialog.getByRole('button', {name: '长辈版'}).click();
  },

  async 'dark and high contrast'() {
    for (const theme of ['dark', 'contrast']) {
      await setting('显示', theme);
      await state(theme);
    }
    // The system's dark does not break the reader's own choice of contrast.
    await page.emulateMedia({colorScheme: 'dark'});
    await checkState(page);
    await setting('显示', 'auto');
    await checkState(page);
    await page.emulateMedia({colorScheme: 'light'});
  },

  async 'traditional Chinese and English'() {
    await setting('语言', 'zh-TW');
    await dialog.getByRole('button', {name: '設定'}).waitFor();
    await chat.live(chat.last);
    await state('zh-tw');
    await setting('語言', 'en');
    await chat.last.getByText('Department').waitFor();
    await chat.live(chat.last);
    await chat.ask('不知道的事');
    await chat.last.getByRole('heading', {name: 'There is no ready answer yet'}).waitFor();
    await state('en');
    await setting('Language', 'zh-CN');
    await chat.last.getByRole('heading', {name: '暂时没有现成的答复'}).waitFor();
  },

  async 'a narrow phone and double zoom need no sideways scrolling'() {
    await chat.ask(QUESTION);
    await chat.live(chat.last);
    for (const [name, width, height] of [['phone', 360, 740], ['zoom', 640, 430], ['narrow', 320, 568]]) {
      await page.setViewportSize({width, height});
      await state(name);
    }
    await dialog.getByRole('button', {name: '长辈版'}).click();
    await state('narrow-elder');
    await dialog.getByRole('button', {name: '长辈版'}).click();
    await page.setViewportSize({width: 1280, height: 860});
  },

  async 'read aloud where the device has a voice'() {
    await page.addInitScript(() => {
      window.said = [];
      const voice = {lang: 'zh-CN', name: 'test'};
      const synthesis = {
        getVoices: () => [voice], addEventListener() {}, cancel: () => window.said.push('stopped'),
        speak: (utterance) => window.said.push(utterance.text),
      };
      Object.defineProperty(window, 'speechSynthesis', {value: synthesis});
      Object.defineProperty(window, 'SpeechSynthesisUtterance', {value: class { constructor(text) { this.text = text; } }});
    });
    await page.reload();
    await chat.live(chat.last);
    await chat.last.getByRole('button', {name: '朗读'}).click();
    await chat.last.getByRole('button', {name: '停止朗读'}).waitFor();
    assert.ok((await page.evaluate(() => window.said.join(''))).includes('年满65周岁'));
    await chat.last.getByRole('button', {name: '停止朗读'}).click();
    assert.equal(await page.evaluate(() => window.said.at(-1)), 'stopped');
    forgive(complaints, NOT_SERVED);
  },

  async 'as a page of its own'() {
    await fresh('site/ask.html');
    await page.getByRole('heading', {name: '您好，想办什么事？'}).waitFor();
    assert.equal(await dialog.count(), 0);
    await state('page-start');
    await chat.ask(QUESTION);
    await chat.live(chat.last);
    await state('page');
    await page.setViewportSize({width: 320, height: 640});
    await checkState(page);
    forgive(complaints, NOT_SERVED);
  },

  async 'the English site'() {
    await page.setViewportSize({width: 1280, height: 860});
    // What was chosen on the Chinese pages, but not their language, holds here.
    await fresh('site/ask.html');
    await page.getByLabel('所在地区').selectOption('440305');
    await page.goto(`${backend.url}site/en.html`);
    await page.getByRole('searchbox', {name: 'Your question for the city'}).fill('allowance');
    await page.getByRole('main').getByRole('button', {name: 'Ask', exact: true}).click();
    await dialog.getByRole('heading', {name: 'allowance'}).waitFor();
    await chat.live(chat.last);
    assert.equal(await dialog.getByLabel('Your area').locator('option:checked').innerText(), 'Nanshan District');
    await state('en-site');
    forgive(complaints, NOT_SERVED);
  },
};

const good = await runSteps(browser, steps, {chained: true});
await browser.close();
await backend.stop();
process.exit(good ? 0 : 1);
