// The agent's console as an agent uses it, in Chromium, on the product itself: by keyboard alone, while editors release
// and recall under the reader's eyes.
//
//   node tests/browser/console_test.mjs --server=build/dev/bin/kb-server --kbctl=build/dev/bin/kbctl --web=build/dev/web

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';

import {checkAccess} from './access_checks.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {signInOn, startStaff} from './staff.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const checkState = (page) => checkAccess(page, page.url(), {runOnly: TAGS});
const {values: options} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'},
                                               shots: {type: 'string', default: 'build/browser-console'}}});
const ENTRY = 'entries/gaoling-jintie-shi';
const QUESTION = '高龄津贴怎么申请？';

const chromium = await browserOrSkip();
const backend = await startStaff({server: options.server, kbctl: options.kbctl, web: options.web, more: [
  // The console is the subject, not the review chain: drafts are published as they are.
  '--knowledge.review_stages_low=-1', '--knowledge.review_stages_normal=-1', '--knowledge.review_stages_high=-1']});
const browser = await openBrowser(chromium, backend.url, options.shots);
const {page, shot} = browser;
await page.setViewportSize({width: 1440, height: 900});
await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);

const box = page.getByRole('combobox', {name: /查找口径|Find an answer/});
const found = page.locator('#found').getByRole('option');
const article = page.getByRole('article');
const notice = page.locator('footer .notice');
const live = page.locator('footer .live');
const dialog = page.getByRole('dialog');
const side = page.getByRole('complementary');
const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const focused = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.getAttribute('role'));
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
const listed = (typed) => page.locator(`#found [data-typed="${typed}"]`).first().waitFor();

// What is typed anywhere is a new question.
async function ask(text) {
  await dialog.waitFor({state: 'detached'});
  await press(await box.evaluate((node) => node === document.activeElement) ? 'Control+a' : '/');
  await page.keyboard.type(text);
  await listed(text);
}

async function askAndOpen(text, question) {
  await ask(text);
  const rows = await found.locator('.question').allInnerTexts();
  await press(`Alt+${rows.indexOf(question) + 1}`);
  await article.getByRole('heading', {name: question}).waitFor();
}

// Changes one word of an entry's working text and publishes it, as editor and publisher.
async function republish(entry, from, to, mask = 'content.blocks') {
  const [editor, publisher] = [await backend.token('editor'), await backend.token('publisher')];
  const {content} = JSON.parse(await backend.kbctl(['--json', 'entries', 'get', entry], editor));
  const changed = JSON.stringify(content).replaceAll(from, JSON.stringify(to).slice(1, -1));
  await backend.kbctl(['entries', 'update', entry, '--mask', mask], editor, changed);
  await backend.kbctl(['entries', 'publish', entry], publisher);
}

const steps = {
  async 'an agent signs in; the box has the focus'() {
    await page.goto(`${backend.url}console/`);
    await checkState(page);
    await shot('sign-in');
    await signInOn(page, backend.people.agent);
    await box.waitFor();
    await page.locator('[data-part=rising]').getByText('目前平稳。').waitFor();
    assert.equal(await box.evaluate((node) => node === document.activeElement), true);
    await checkState(page);
    await shot('start');
  },

  async 'results come while typing: Hanzi, pinyin, initials'() {
    await page.keyboard.type('gljt');
    await listed('gljt');
    assert.match((await found.allInnerTexts()).join(' '), /高龄津贴/);
    await ask('gaolingjintie');
    assert.match(await found.first().innerText(), /高龄津贴/);
    await ask('高龄津贴');
    assert.ok(await found.first().locator('mark').count() > 0);
    await checkState(page);
    await shot('found');
  },

  async 'arrows and Enter open an entry; it has the focus, with its evidence'() {
    await press('ArrowDown', 'ArrowDown', 'ArrowUp');
    const row = page.locator('[role=option][aria-selected=true]');
    assert.equal(await box.getAttribute('aria-activedescendant'), await row.getAttribute('id'));
    await press('Enter');
    await article.waitFor();
    await article.getByRole('heading', {name: QUESTION}).waitFor();
    await page.waitForFunction((question) => document.activeElement.textContent === question, QUESTION);
  },

  async 'digits open what is listed, from anywhere'() {
    await press('4');
    await article.getByRole('heading', {name: /次月/}).waitFor();
    await press('/', 'Alt+1');
    await article.getByRole('heading', {name: QUESTION}).waitFor();
    assert.equal(new URL(page.url()).search, '');
  },

  async 'the caller’s region is one key and a name; it stays for the call'() {
    await press('Alt+r');
    await dialog.waitFor();
    await page.keyboard.type('深圳市');
    await dialog.getByRole('option', {name: /深圳市/}).first().waitFor();
    await checkState(page);
    await shot('region');
    await press('Enter');
    await dialog.waitFor({state: 'detached'});
    await page.getByRole('button', {name: /来电区划 深圳市/}).waitFor();
    await askAndOpen('高龄津贴', QUESTION);
    for (const part of ['尺度提示', '仅坐席', '不要承诺具体哪一天到账', '市民政局', '0755-00001006', '示例政规〔2026〕3号', '现行有效', '相关条目'])
      await side.getByText(part).first().waitFor();
    await article.getByText('年满80周岁').first().waitFor();
    await article.getByText('示例内容，非现行政策').waitFor();
    await live.filter({hasText: '实时'}).waitFor();
    await checkState(page);
    await shot('entry');
    await page.reload();
    await page.getByRole('button', {name: /来电区划 深圳市/}).waitFor();
    await article.getByText('年满80周岁').first().waitFor();
  },

  async 'one key copies the answer and leaves a receipt, read in groups of four'() {
    await press('Alt+c');
    const code = page.locator('[data-part=receipt] .code');
    await code.waitFor();
    assert.match(await code.innerText(), /^\d{4} \d{4} \d{4}$/);
    await notice.getByText(/已复制，凭证/).waitFor();
    const text = await clipboard();
    assert.ok(text.startsWith(QUESTION) && text.includes('年满80周岁') && text.includes(await code.innerText()));
    assert.ok(!text.includes('不要承诺'), 'notes for agents stay here');
    await checkState(page);
    await shot('receipt');
    await press('Alt+p');
    await page.keyboard.type((await code.innerText()).replaceAll(' ', '-'));
    await press('Enter');
    await dialog.getByText('现在仍按此答复。').waitFor();
    await dialog.getByText('年满80周岁').waitFor();
    await checkState(page);
    await shot('receipt-look-up');
    await press('Escape');
    await dialog.waitFor({state: 'detached'});
  },

  async 'a misheard receipt is noticed'() {
    await press('Alt+p');
    await page.keyboard.type('111111111112');
    await press('Enter');
    await dialog.getByRole('alert').waitFor();
    await shot('receipt-misheard');
    await press('Escape');
    await dialog.waitFor({state: 'detached'});
  },

  async 'the text is walked by parts and read out in sentences'() {
    await press('Alt+x', 'Alt+x');
    assert.equal(await article.locator('[aria-current=true]').count(), 1);
    assert.equal(await focused(), await article.locator('.block').nth(1).evaluate((node) => node.textContent));
    await press('Alt+s');
    await article.locator('.block[data-type=CONCLUSION][aria-current=true]').waitFor();
    await press('Alt+l');
    await dialog.waitFor();
    await press('Space', 'ArrowDown');
    assert.match(await dialog.innerText(), /第 3 句/);
    await checkState(page);
    await shot('script');
    await press('Escape');
    await dialog.waitFor({state: 'detached'});
  },

  async 'a release strikes the old text under the reader, and becomes a must-read'() {
    await republish(ENTRY, '年满80周岁的本市户籍老人', '年满78周岁的本市户籍老人');
    await article.getByRole('alert').getByText(/内容已更新/).waitFor();
    await article.locator('.said').getByText('年满78周岁').waitFor();
    await article.locator('.before del').filter({hasText: '80'}).waitFor();
    assert.match(await article.innerText(), /第 2 版/);
    await checkState(page);
    await shot('changed');
    await press('Escape');
    await article.locator('.before').waitFor({state: 'detached'});
    await page.getByRole('button', {name: /必读\s*1/}).waitFor();
    await press('Alt+b');
    await dialog.locator('del').filter({hasText: '80'}).waitFor();
    await checkState(page);
    await shot('must-read');
    await press('Enter');
    await dialog.getByText('待确认 0 条').waitFor();
    await dialog.getByText('已确认').waitFor();
    await press('Escape');
    await dialog.waitFor({state: 'detached'});
  },

  async 'what was receipted before the change is told as it was'() {
    await press('Alt+c');
    await page.locator('[data-part=call] li').nth(1).waitFor();
    const [, first] = await page.locator('[data-part=call] .code-small').allInnerTexts();
    await press('Alt+p');
    await page.keyboard.type(first);
    await press('Enter');
    await dialog.getByText('之后已更新，现行口径不同。').waitFor();
    await dialog.getByText('年满80周岁').waitFor();
    await press('Escape');
    await dialog.waitFor({state: 'detached'});
  },

  async 'another day is asked for by date, and marked as not today’s'() {
    await press('Alt+h');
    await dialog.waitFor();
    await checkState(page);
    await shot('history-day');
    await press('Enter');
    await article.getByText('历史口径，不是现行规定。').waitFor();
    await press('Alt+c');
    await notice.getByText('已复制历史口径，未留凭证。').waitFor();
    assert.match(await clipboard(), /^【历史口径/);
    await checkState(page);
    await shot('history');
    await press('Escape');
    await article.getByText('历史口径，不是现行规定。').waitFor({state: 'detached'});
  },

  async 'an error is reported in two keys'() {
    await press('Alt+j');
    await dialog.waitFor();
    await checkState(page);
    await shot('correction');
    await press('5');
    await notice.getByText(/回访编号 \d{4} \d{4} \d{4}/).waitFor();
    await press('Alt+j');
    await page.getByRole('button', {name: '其他问题'}).focus();
    await press('Tab');
    await dialog.getByRole('textbox').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('电话13800138000打不通');
    await dialog.getByText('看起来含有手机号').waitFor();
    await shot('correction-masked');
    await press('Escape');
    await dialog.waitFor({state: 'detached'});
  },

  async 'what nobody knows is said honestly, and reported in two keys'() {
    await press('Alt+n');
    await page.keyboard.type('量子纠缠火星移民签证');
    await page.getByText('没有找到合适的口径').or(found.first()).first().waitFor();
    await press('Alt+q');
    assert.equal(await dialog.getByRole('textbox').inputValue(), '量子纠缠火星移民签证');
    await checkState(page);
    await shot('gap');
    await press('Enter');
    await notice.getByText('已登记新的知识缺口。').waitFor();
  },

  async 'filters narrow, favourites stay, a new call resets'() {
    await ask('津贴');
    await press('Alt+y');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SELECT');
    const category = page.getByLabel(/类目/);
    const name = await category.locator('option').nth(1).getAttribute('value');
    await category.selectOption(name);
    await page.locator(`#found [data-category="${name}"]`).first().waitFor();
    await page.locator(`#found [data-category]:not([data-category="${name}"])`).first().waitFor({state: 'detached'});
    await press('Escape');
    await ask('高龄津贴');
    await press('Enter');
    await article.waitFor();
    await press('Alt+m');
    await notice.getByText(/已收藏/).waitFor();
    await press('Alt+n');
    await notice.getByText('新来电，已重置。').waitFor();
    assert.equal(await category.inputValue(), '');
    await page.getByRole('button', {name: /来电区划 不限区划/}).waitFor();
    await page.locator('#found').getByRole('group', {name: '收藏'}).waitFor();
    assert.equal(await article.count(), 0);
    assert.equal(await box.evaluate((node) => node === document.activeElement), true);
    await checkState(page);
    await shot('new-call');
  },

  async 'what changed since it was seen last is told, and shown'() {
    const name = 'entries/gaoling-jintie-luohu';
    await askAndOpen('高龄津贴为什么改为从次月起发放？', '高龄津贴为什么改为从次月起发放？');
    const entry = await article.getAttribute('data-entry');
    await press('Alt+n');
    await republish(entry, '统一按月核算', '统一按季核算');
    await askAndOpen('高龄津贴为什么改为从次月起发放？', '高龄津贴为什么改为从次月起发放？');
    await article.getByText(/您上次查看.*1 处改动/).waitFor();
    await press('Alt+g');
    await article.locator('.diffs del').filter({hasText: '月'}).waitFor();
    await checkState(page);
    await shot('since-seen');
    assert.notEqual(entry, name);
  },

  async 'what editors write cannot run here'() {
    await press('Alt+n');
    await askAndOpen('居住证', await (async () => { await ask('居住证'); return found.locator('.question').first().innerText(); })());
    const entry = await article.getAttribute('data-entry');
    // In answers the service takes no HTML at all.
    const hostile = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>居住证';
    await republish(entry, '居住证', hostile, 'content.question,content.agent_notes');
    await article.getByRole('alert').getByText(/内容已更新/).waitFor();
    await article.getByRole('heading', {name: hostile}).waitFor();
    await page.locator('#found').getByText('<script>').first().waitFor();
    assert.equal(await article.locator('img, script, a[href^="javascript"]').count(), 0);
    await press('Alt+l');
    await dialog.waitFor();
    await press('Escape');
    assert.equal(await page.evaluate(() => window.evil), undefined);
    browser.complaints.splice(0, Infinity, ...browser.complaints.filter((text) => !text.includes('Content Security Policy')));
  },

  async 'a policy that lapsed makes the text doubtful: struck, told why, also in a copy'() {
    await press('Alt+n');
    await askAndOpen('高龄津贴为什么改为从次月起发放？', '高龄津贴为什么改为从次月起发放？');
    // A policy belongs to no place: only a manager without bounds may change it.
    await backend.call('identity.v1.IdentityService/UpdatePerson',
      {person: {name: 'people/sample-manager', grants: [{role: 'DEPARTMENT_ADMIN'}]}, updateMask: 'grants'}, await backend.token('admin'));
    await backend.call('knowledge.v1.KnowledgeService/UpdatePolicy',
      {policy: {name: 'policies/gaoling-jintie', status: 'REPEALED'}, updateMask: 'status'}, await backend.token('manager'));
    await article.getByText('依据可能已失效，核实中').waitFor();
    await side.getByText('已废止').waitFor();
    await article.locator('del.said').waitFor();
    await press('Alt+c');
    await notice.getByText(/已复制，凭证/).waitFor();
    assert.match(await clipboard(), /^【依据可能已失效，核实中】/);
    await checkState(page);
    await shot('suspect');
  },

  async 'a recall strikes what may not be said any more'() {
    await press('Alt+n');
    await askAndOpen('高龄津贴怎么申请', QUESTION);
    const entry = await article.getAttribute('data-entry');
    await backend.kbctl(['recall', entry, '--reason', '金额有误'], await backend.token('publisher'));
    await article.getByRole('alert').getByText('已召回。').waitFor();
    assert.equal(await article.locator('del.said').count(), 1);
    assert.equal(await page.getByRole('button', {name: '复制口径'}).isDisabled(), true);
    await page.locator('#found [data-change=withdrawn]').first().waitFor();
    await press('Alt+c');
    await notice.getByText('已撤回，请不要再按原内容答复').waitFor();
    await checkState(page);
    await shot('recalled');
  },

  async 'the keys are told'() {
    await press('F1');
    await dialog.getByRole('heading', {name: '快捷键'}).waitFor();
    await checkState(page);
    await shot('help');
    await press('Escape');
    await dialog.waitFor({state: 'detached'});
  },

  async 'the transcript leads to entries, or the console says that there is none'() {
    await press('Alt+n', 'Alt+a');
    await page.keyboard.type('call-7');
    await press('Enter');
    const said = {conversation: 'call-7', utterances: [{number: 1, text: '你好我想问一下居住证怎么办理', speaker: 'CALLER', final: true}]};
    const token = await backend.token('agent');
    await backend.call('answer.v1.AnswerService/AddUtterances', said, token);
    await page.getByRole('list', {name: '通话转写'}).getByText('居住证怎么办理').waitFor();
    await page.locator('#found').getByRole('group', {name: '通话辅助推荐'}).waitFor();
    await checkState(page);
    await shot('assist');
  },

  async 'without a service what is shown is marked, and goes on by itself when it is back'() {
    await press('Alt+n');
    await askAndOpen('居住证', await (async () => { await ask('居住证'); return (await found.locator('.question').first().innerText()); })());
    await live.filter({hasText: '实时'}).waitFor();
    await backend.halt();
    await page.getByRole('alert').getByText('连接不上服务').waitFor();
    await article.and(page.locator('[data-old]')).waitFor();
    await press('/');
    await page.keyboard.type('社保卡');
    await checkState(page);
    await shot('offline');
    await backend.resume();
    await page.getByRole('alert').getByText('连接不上服务').waitFor({state: 'detached'});
    await live.filter({hasText: '实时'}).waitFor();
    await listed('社保卡');
    browser.complaints.length = 0; // the browser says that it could not connect
  },

  async 'dark, high contrast, English: the same, and nothing to find for axe'() {
    await press('Enter');
    await article.waitFor();
    for (const theme of ['dark', 'contrast', 'light']) {
      await page.getByLabel('配色').selectOption(theme);
      await checkState(page);
      await shot(`entry-${theme}`);
    }
    await page.getByLabel('界面语言').selectOption('en');
    await page.getByRole('button', {name: 'Copy answer'}).waitFor();
    await checkState(page);
    await shot('entry-en');
    await press('F1');
    await dialog.getByRole('heading', {name: 'Keys'}).waitFor();
    await checkState(page);
    await shot('help-en');
    await press('Escape');
    await dialog.waitFor({state: 'detached'});
    await page.getByLabel('Language').selectOption('zh-CN');
  },

  async 'whoever may not see internal answers is told so'() {
    await page.getByRole('button', {name: '退出登录'}).click();
    await signInOn(page, backend.people.admin);
    await box.focus();
    await page.keyboard.type('高龄津贴');
    await page.getByRole('region', {name: '条目列表'}).getByRole('alert').waitFor();
    await checkState(page);
    await shot('refused');
    await page.goto('about:blank');
  },
};

// A refusal is an answer: the browser reports its status, the page shows it.
const asExpected = /Failed to load resource: the server responded with a status of 4\d\d/;
for (const [name, step] of Object.entries(steps)) {
  steps[name] = async () => {
    await step();
    browser.complaints.splice(0, Infinity, ...browser.complaints.filter((text) => !asExpected.test(text)));
  };
}

const good = await runSteps(browser, steps);
await browser.close();
await backend.stop();
process.exit(good ? 0 : 1);
