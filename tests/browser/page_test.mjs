// The page as a person uses it, in Chromium: ask, read, follow, lose. Takes a picture of each state.
//
//   node tests/browser/page_test.mjs --program=build/dev/bin/kb-fake --shots=build/dev/browser

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';

import {startFake} from './backends.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {checkPage} from './checks.mjs';

const {values: options} = parseArgs({options: {program: {type: 'string'}, shots: {type: 'string', default: 'build/browser'}}});

const ENTRY = 'entries/gaoling-jintie-shi';
const QUESTION = '高龄津贴怎么申请？';
const TEXT = '<section data-type="CONCLUSION"><h3>结论</h3><p>年满80周岁的本市户籍老人可以领高龄津贴，网上、手机或者社区都能申请。</p></section>' +
             '<section data-type="MATERIALS"><h3>所需材料</h3><ul><li>老人身份证、户口簿；</li><li>老人本人的银行卡。</li></ul></section>' +
             '<section data-type="PROCEDURE"><h3>办理流程</h3><ol><li>在小程序搜索“高龄津贴”并提交；</li><li>或到户籍所在社区党群服务中心填表。</li></ol></section>';

const chromium = await browserOrSkip();
const backend = await startFake(options.program);
const browser = await openBrowser(chromium, backend.url, options.shots);
const {page, complaints, shot} = browser;
const askFor = browser.ask;
const article = page.getByRole('article');
const state = page.locator('.live');
const isLive = () => page.locator('.live[data-state=live]').waitFor();

const steps = {
  async 'the page opens and can be used by everybody'() {
    await page.goto(backend.url);
    assert.equal(await page.title(), '口径 · 政务答复查询');
    await checkPage(page);
    await shot('01-start');
  },

  async 'an empty question is answered with what to do'() {
    await page.getByRole('button', {name: '查询'}).click();
    await page.getByText('请先写下您的问题。').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'question');
  },

  async 'what nobody knows is said honestly, with a phone'() {
    await askFor('不知道的事');
    await page.getByRole('heading', {name: '暂时没有现成的答复'}).waitFor();
    assert.equal(await page.locator('.referral a.phone').getAttribute('href'), 'tel:12345');
    await checkPage(page);
    await shot('02-not-known');
  },

  async 'suggestions come while typing and are taken by keyboard'() {
    await backend.change(ENTRY, QUESTION, TEXT);
    await backend.change('entries/jintie-fafang', '高龄津贴什么时候发放？', TEXT);
    const input = page.getByRole('combobox', {name: '问题'});
    await input.fill('');
    await input.pressSequentially('高龄');
    await page.locator('#suggestions [role=option]').first().waitFor();
    assert.equal(await page.locator('#suggestions [role=option]').count(), 2);
    assert.equal(await input.getAttribute('aria-expanded'), 'true');
    await input.press('ArrowDown');
    await input.press('ArrowDown');
    assert.equal(await input.getAttribute('aria-activedescendant'), 'suggestion-1');
    await input.press('ArrowUp');
    await shot('03-suggestions');
    await checkPage(page);
    await input.press('Escape');
    assert.equal(await page.locator('#suggestions [role=option]').count(), 0);
    await input.press('End');
    await input.pressSequentially('津');
    await page.locator('#suggestions [role=option]').first().waitFor();
    await input.press('ArrowDown');
    await input.press('Enter');
    await article.waitFor();
    assert.equal(await input.inputValue(), QUESTION);
  },

  async 'an answer comes with its evidence'() {
    await page.getByLabel('所在地区').selectOption('440305');
    await askFor(QUESTION);
    await article.getByRole('heading', {name: QUESTION}).waitFor();
    await isLive();
    const text = await article.innerText();
    for (const part of ['年满80周岁', '示例内容，非现行政策', '南山区没有单独规定', '市民政局', '0755-00001006', '示例政规〔2026〕3号',
                        '第 1 版', '全库版本', '9f86d081884c', '2026年1月1日起']) {
      assert.ok(text.includes(part), `the answer shows ${part}`);
    }
    assert.equal(await page.evaluate(() => document.activeElement.id), 'answer-heading');
    await article.getByRole('button', {name: '复制完整的内容指纹'}).click();
    await article.getByText('已复制').waitFor();
    await checkPage(page);
    await shot('04-answer');
  },

  async 'the server’s HTML cannot run anything here'() {
    await backend.change(ENTRY, QUESTION, '<p>安全<script>window.evil=1</script><img src=x onerror="window.evil=1">' +
                         '<a href="javascript:window.evil=1">链接</a></p>');
    await article.getByText('安全').waitFor();
    assert.equal(await article.locator('script, img').count(), 0);
    assert.equal(await article.locator('.answer-text a[href]').count(), 0);
    assert.equal(await page.evaluate(() => window.evil), undefined);
    // The browser says that it blocked what was in there, and nothing else.
    assert.ok(complaints.every((text) => text.includes('Content Security Policy')), complaints.join('\n'));
    complaints.length = 0;
  },

  async 'a republished answer is replaced while it is read'() {
    await backend.change(ENTRY, QUESTION, TEXT.replace('80周岁', '75周岁'));
    await article.getByText('年满75周岁').waitFor();
    await article.getByText('答案已更新').waitFor();
    assert.ok(!(await article.innerText()).includes('80周岁'));
    assert.ok((await article.innerText()).includes('第 3 版'));
    await checkPage(page);
    await shot('05-updated');
  },

  async 'a lost connection is said, and nothing is missed over it'() {
    await page.evaluate(() => {
      window.states = [];
      new MutationObserver(() => window.states.push(document.querySelector('.live').dataset.state))
          .observe(document.querySelector('.live'), {attributes: true});
    });
    await backend.restart();
    await page.waitForFunction(() => window.states.includes('offline'));
    await backend.change(ENTRY, QUESTION, TEXT.replace('80周岁', '70周岁'));
    await article.getByText('年满70周岁').waitFor();
    await isLive();
    assert.ok(complaints.every((text) => text.includes('ERR_')), complaints.join('\n'));
    complaints.length = 0;
  },

  async 'a withdrawn answer goes, and whom to call comes'() {
    await backend.withdraw(ENTRY);
    await article.getByText('这条答复已经撤回').waitFor();
    const text = await article.innerText();
    assert.ok(!text.includes('70周岁'));
    assert.equal(await article.locator('a.phone').getAttribute('href'), 'tel:075500001006');
    assert.equal(await state.getAttribute('data-state'), 'withdrawn');
    await checkPage(page);
    await shot('06-withdrawn');
  },

  async 'choices are buttons that lead to answers'() {
    await backend.change(ENTRY, QUESTION, TEXT);
    await askFor('选择一个');
    await page.getByRole('heading', {name: '您想问的是哪一个？'}).waitFor();
    await checkPage(page);
    await shot('07-choices');
    await page.getByRole('button', {name: '高龄津贴什么时候发放？'}).click();
    await article.getByRole('heading', {name: '高龄津贴什么时候发放？'}).waitFor();
    assert.equal(await page.locator('.choices').count(), 0);
  },

  async 'a refused question shows the sentence of the service'() {
    await askFor('拒绝');
    await page.getByRole('alert').getByText('这条答复现在不能查看').waitFor();
    complaints.length = 0;  // Chromium writes a line for each 404
  },

  async 'a narrow phone and double zoom need no sideways scrolling'() {
    await askFor(QUESTION);
    await isLive();
    for (const [name, width] of [['08-phone-360', 360], ['09-zoom-200', 550], ['10-phone-320', 320]]) {
      await page.setViewportSize({width, height: 760});
      await checkPage(page);
      await shot(name);
    }
  },
};

const good = await runSteps(browser, steps);
await browser.close();
await backend.stop();
process.exit(good ? 0 : 1);
