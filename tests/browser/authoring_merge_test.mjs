// Two people in one entry: each is told of the other's change, the changes go together or are asked about, and no text
// is ever lost, not by a reload, not by a session that ends, not by a service that is gone.
//
//   node tests/browser/authoring_merge_test.mjs --server=… --kbctl=… --web=build/web --shots=build/browser

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';

import {checkAccess} from './access_checks.mjs';
import {openWorld} from './authoring_world.mjs';
import {browserOrSkip} from './browser.mjs';
import {signInOn, startStaff} from './staff.mjs';
import {runInOrder} from './steps.mjs';

const {values: options} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'},
  shots: {type: 'string', default: 'build/browser'}}});

const PATH = '/entries/gaoling-jintie-shi/edit';
const chromium = await browserOrSkip();
const staff = await startStaff(options);
const world = await openWorld(chromium, staff, options.shots);
const {shot, open} = world;
const button = (page, name) => page.getByRole('button', {name, exact: true});
const block = (page, n) => page.getByLabel(`第 ${n} 段正文`);
const saved = (page) => page.getByRole('status').getByText('已保存').waitFor();
const stored = async () => (await staff.call('knowledge.v1.KnowledgeService/GetEntry', {name: 'entries/gaoling-jintie-shi', view: 'FULL'},
  await staff.token('viewer'))).content;

const li = await world.as('editor', {name: 'li'});
const wang = await world.as('editor', {name: 'wang'});

const steps = {
  async 'changes of different blocks go together after a look'() {
    await open(li, PATH);
    await open(wang, PATH);
    await block(li, 1).fill('年满80周岁的本市户籍老人可以领高龄津贴，网上、手机或者社区都能申请，从满80岁的当月起发放。');
    await block(wang, 6).fill('受理后5个工作日内办结。');
    await wang.getByLabel('检索词').fill('高龄津贴\n高龄补贴\n80岁\n老人\n尊老金\n敬老卡');
    await wang.keyboard.press('Control+s');
    await saved(wang);
    await li.keyboard.press('Control+s');
    const dialog = li.getByRole('dialog', {name: /先保存了修改$/});
    await dialog.getByText('两边的修改互不影响').waitFor();
    await dialog.getByRole('article', {name: '时限'}).getByText('对方的修改').waitFor();
    await checkAccess(li, 'merge without a clash');
    await button(li, '合并后继续编辑').click();
    await li.keyboard.press('Control+s');
    await saved(li);
    const {blocks, keywords} = await stored();
    assert.match(blocks[0].text, /当月起发放/);
    assert.equal(blocks[5].text, '受理后5个工作日内办结。');
    assert.ok(keywords.includes('敬老卡'));
  },

  async 'one sentence changed by both is chosen, never overwritten'() {
    await open(li, PATH);
    await open(wang, PATH);
    await block(li, 7).fill('0755-00001111');
    await block(wang, 7).fill('0755-00002222');
    await wang.keyboard.press('Control+s');
    await saved(wang);
    await li.keyboard.press('Control+s');
    const dialog = li.getByRole('dialog', {name: /先保存了修改$/});
    await dialog.getByText('有 1 处两边都改了').waitFor();
    assert.ok(await button(li, '合并后继续编辑').isDisabled());
    await checkAccess(li, 'merge with a clash');
    await shot(li, 'workbench-conflict-zh');
    await dialog.getByRole('radiogroup', {name: '“电话”采用'}).getByLabel('两份都留，稍后整理').check();
    await button(li, '合并后继续编辑').click();
    assert.equal(await block(li, 7).inputValue(), '0755-00001111\n\n0755-00002222');
    await li.keyboard.press('Control+s');
    await saved(li);
    assert.equal((await stored()).blocks[6].text, '0755-00001111\n\n0755-00002222');
  },

  async 'a merge that is put off is asked for again'() {
    await open(li, PATH);
    await open(wang, PATH);
    await block(li, 7).fill('0755-00003333');
    await block(wang, 7).fill('0755-00004444');
    await wang.keyboard.press('Control+s');
    await saved(wang);
    await li.keyboard.press('Control+s');
    await button(li, '取消').click();
    assert.equal(await block(li, 7).inputValue(), '0755-00003333');
    await li.keyboard.press('Control+s');
    await li.getByRole('dialog', {name: /先保存了修改$/}).waitFor();
    assert.equal((await stored()).blocks[6].text, '0755-00004444', 'nothing was overwritten');
  },

  async 'unsaved text meets what was saved while the page was closed'() {
    await li.reload();
    const dialog = li.getByRole('dialog', {name: /先保存了修改$/});
    await dialog.getByRole('radiogroup', {name: '“电话”采用'}).getByLabel('我的').check();
    await button(li, '合并后继续编辑').click();
    assert.equal(await block(li, 7).inputValue(), '0755-00003333');
    await li.keyboard.press('Control+s');
    await saved(li);
    assert.equal((await stored()).blocks[6].text, '0755-00003333');
  },

  async 'somebody who comes back to the page is told that it was changed meanwhile'() {
    await open(li, PATH);
    await open(wang, PATH);
    await block(wang, 6).fill('受理后8个工作日内办结。');
    await wang.keyboard.press('Control+s');
    await saved(wang);
    await li.evaluate(() => window.dispatchEvent(new Event('focus')));
    await li.getByRole('alert').getByText('刚刚修改并保存了此条').waitFor();
    await checkAccess(li, 'changed elsewhere');
    await button(li, '查看并合并').click();
    await li.getByRole('dialog', {name: /先保存了修改$/}).getByText('两边的修改互不影响').waitFor();
    await button(li, '合并后继续编辑').click();
    assert.equal(await block(li, 6).inputValue(), '受理后8个工作日内办结。');
    assert.equal(await li.getByText('刚刚修改并保存了此条').count(), 0);
  },

  async 'a service that is gone loses nothing; saving again succeeds once'() {
    await open(li, PATH);
    await block(li, 8).fill('《示例市高龄津贴发放办法》（示例政规〔2026〕3号）第八条');
    await staff.halt();
    await button(li, '保存 Ctrl S').click();
    await li.getByRole('alert').getByText('连接不上服务').first().waitFor();
    await checkAccess(li, 'service gone');
    await shot(li, 'workbench-offline-zh');
    await staff.resume();
    await button(li, '保存 Ctrl S').click();
    await saved(li);
    assert.match((await stored()).blocks[7].text, /第八条$/);
  },

  async 'a session that ends while somebody writes keeps the text for its person'() {
    await block(li, 8).fill('《示例市高龄津贴发放办法》第九条');
    const admin = await staff.token('admin');
    const {sessions} = await staff.call('identity.v1.IdentityService/ListSessions', {person: 'people/sample-editor'}, admin);
    for (const {name} of sessions ?? []) await staff.call('identity.v1.IdentityService/EndSession', {name}, admin);
    await button(li, '保存 Ctrl S').click();
    await li.getByRole('heading', {name: '登录'}).waitFor();
    await signInOn(li, staff.people.editor);
    await li.getByText(/^已恢复/).waitFor();
    assert.equal(await block(li, 8).inputValue(), '《示例市高龄津贴发放办法》第九条');
    await open(li, '/');
    await li.getByRole('region', {name: '还没有保存的文字'}).getByRole('link', {name: '高龄津贴怎么申请？'}).click();
    await button(li, '放弃，改回已保存的').click();
    assert.match(await block(li, 8).inputValue(), /第八条$/);
  },
};

const failed = await runInOrder(steps, {broken: async (number) => {
  await shot(li, `failed-${number}-li`).catch(() => {});
  await shot(wang, `failed-${number}-wang`).catch(() => {});
}});
// A halted server is what one step is about.
const faults = world.faults.filter((fault) => !/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(fault));
for (const fault of faults) console.log(`FAIL ${fault}`);
await world.close();
await staff.stop();
process.exit(failed === 0 && faults.length === 0 ? 0 : 1);
