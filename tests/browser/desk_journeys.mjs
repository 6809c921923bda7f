// The desk of the workbench at work, on the product itself: each person does what is theirs, and the service has it afterwards.
//
//   node tests/browser/desk_journeys.mjs --server=… --kbctl=… --web=build/web --shots=build/desk

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';

import {axeFindings} from './access_checks.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {signInOn, startStaff} from './staff.mjs';

const {values: options} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'},
                                               shots: {type: 'string', default: 'build/desk'}}});
const XSS = '<img src=x onerror="globalThis.hit=1"><script>globalThis.hit=1</script>';
const ENTRY = 'entries/gaoling-jintie-shi';
const HOTLINE = '示例市12345热线中心';

const chromium = await browserOrSkip();
const backend = await startStaff({server: options.server, kbctl: options.kbctl, web: options.web, more: ['--gateway.sign_ins_max=1000']});
const browser = await openBrowser(chromium, backend.url, options.shots);
const {page} = browser;
await page.setViewportSize({width: 1360, height: 850});
// A manager of the whole city: the sample one has a department.
const admin = await backend.token('admin');
const {initialPassword} = await backend.call('identity.v1.IdentityService/CreatePerson', {personId: 'chief',
  person: {displayName: '全市台账管理员', grants: [{role: 'DEPARTMENT_ADMIN'}]}}, admin);
const first = await backend.call('identity.v1.IdentityService/SignIn', {login: 'chief', password: initialPassword});
backend.people.chief = {login: 'chief', password: 'Kj-7-ledgers-of-the-city'};
await backend.call('identity.v1.IdentityService/ChangePassword', {password: initialPassword, newPassword: backend.people.chief.password}, first.token);
const tokens = {};
for (const role of ['manager', 'chief', 'publisher', 'agent', 'auditor', 'editor']) tokens[role] = await backend.token(role);
const as = (role, method, request) => backend.call(method, request, tokens[role]);

const dialog = page.getByRole('dialog');
const status = page.locator('.notice');
const button = (name, within = page) => within.getByRole('button', {name, exact: true});
const field = (name, within = dialog) => within.getByLabel(name, {exact: false}).first();
const row = (text) => page.getByRole('row').filter({hasText: text});
const told = (text) => status.filter({hasText: text}).waitFor();
const shot = async (name) => page.screenshot({path: `${options.shots}/desk-${name}-zh.png`});
async function clean(what) {
  assert.deepEqual(await axeFindings(page), [], what);
  assert.equal(await page.evaluate(() => globalThis.hit), undefined, `${what}: a text ran as a script`);
}
async function go(screen) {
  await page.goto(`${backend.url}workbench/${screen}`);
  await page.getByRole('heading', {level: 1}).waitFor();
}
async function person(role) {
  await page.goto(`${backend.url}workbench/`);
  await page.getByRole('main').waitFor();
  if (await button('退出登录').isVisible()) await button('退出登录').click();
  await signInOn(page, backend.people[role]);
}

const steps = {
  async 'a manager writes a fact, and its change shows what it hits before it holds'() {
    await person('manager');
    await go('ledgers/facts');
    await button('新建事实').click();
    await field('编号').fill('gaoling-jine');
    await field('名称').fill(`高龄津贴金额 ${XSS}`);
    await field('类型').selectOption({label: '金额'});
    await field('值').fill('200');
    await field('单位').fill('元/月');
    await field('部门').selectOption({label: HOTLINE});
    await button('保存', dialog).click();
    await told('已保存');
    await clean('facts with markup');
    await row('高龄津贴金额').getByRole('button', {name: '修改'}).click();
    await field('值').fill('300');
    await button('查看影响', dialog).click();
    await dialog.getByText('没有条目引用它，保存不改变任何答复。').waitFor();
    await clean('preview of a fact');
    await shot('fact-preview');
    await button('确认修改', dialog).click();
    await row('高龄津贴金额').getByText('300').waitFor();
    assert.equal((await as('manager', 'knowledge.v1.FactService/GetFact', {name: 'facts/gaoling-jine'})).value, '300');
  },

  async 'whoever was second sees the change of the first, and goes on from there'() {
    await row('高龄津贴金额').getByRole('button', {name: '修改'}).click();
    await field('值').fill('400');
    await as('manager', 'knowledge.v1.FactService/UpdateFact', {fact: {name: 'facts/gaoling-jine', value: '350'}, updateMask: 'value'});
    await button('查看影响', dialog).click();
    const theirs = button('查看对方的修改', dialog);
    if (!await theirs.isVisible()) await Promise.race([theirs.waitFor(), button('确认修改', dialog).click()]);
    await theirs.click();
    await dialog.getByText('350').waitFor();
    assert.equal(await field('值').inputValue(), '400'); // nothing that was typed is lost
    await clean('conflict');
    await button('取消', dialog).click();
  },

  async 'what the service refuses is said in its own words'() {
    await go('ledgers/synonyms');
    await button('新建词组').click();
    await field('词语').fill('一网通办\n网上办');
    await button('保存', dialog).click();
    await dialog.getByRole('alert').waitFor();
    assert.match(await dialog.getByRole('alert').innerText(), /[一-鿿]{4}/);
    await clean('refusal');
    await shot('refusal');
  },

  async 'the lapse of a document shows what it would hold back, then holds it'() {
    await person('chief');
    const {policies} = await as('publisher', 'knowledge.v1.KnowledgeService/ListPolicies', {});
    let cited;
    for (const policy of policies ?? []) {
      const {entries} = await as('publisher', 'knowledge.v1.KnowledgeService/ListReferrers', {name: policy.name});
      if (entries?.length) cited = {policy, entry: entries[0]};
    }
    await go('ledgers/policies');
    assert.ok(cited, 'the sample has a document that an entry cites');
    await row(cited.policy.title).getByRole('button', {name: '失效处置'}).click();
    await dialog.getByText(cited.entry.content.question).waitFor();
    await clean('fuse');
    await shot('policy-fuse');
    await button('确认失效', dialog).click();
    await told('已保存');
    await row(cited.policy.title).getByText('已废止').waitFor();
  },

  async 'a gap is assigned and declined with a reason; its phrasings are shown'() {
    await as('agent', 'insight.v1.GapService/ReportGap', {question: `太空电梯补贴怎么申请${XSS}`, channel: 'AGENT', region: '440300'});
    await person('publisher');
    await go('loop/gaps');
    await button(new RegExp('太空电梯')).first().click();
    await dialog.getByText('提问人的说法').waitFor();
    await clean('gap');
    await shot('gap');
    await button('分派', dialog).click();
    await field('分派给').selectOption({label: HOTLINE});
    await button('分派', dialog).click();
    await told('已分派给');
    await button('办结', dialog).click();
    await field('办结方式').selectOption({label: '不予补充'});
    await field('原因').fill('本市没有这项补贴。');
    await button('办结', dialog).click();
    await told('已办结');
    const {gaps} = await as('publisher', 'insight.v1.GapService/ListGaps', {state: 'DECLINED'});
    assert.equal(gaps[0].reason, '本市没有这项补贴。');
  },

  async 'a correction is answered, and the reporter reads the answer by code'() {
    const {code} = await as('agent', 'insight.v1.CorrectionService/ReportCorrection',
      {entry: ENTRY, revision: 1, report: `金额写错了${XSS}`, channel: 'AGENT', fault: 'WRONG'});
    await go('loop/corrections');
    await button(/金额写错了/).click();
    await dialog.getByText('当时的答复').waitFor();
    await clean('correction');
    await shot('correction');
    await button('办结', dialog).click();
    await field('办结方式').selectOption({label: '不采纳'});
    await field('答复提出人').fill('经核实，金额无误。');
    await button('办结', dialog).click();
    await told('已办结');
    const answer = await as('agent', 'insight.v1.CorrectionService/GetCorrectionStatus', {code});
    assert.equal(answer.reply, '经核实，金额无误。');
  },

  async 'a receipt is looked up by its code'() {
    const {answer, freshness} = await as('agent', 'answer.v1.AnswerService/GetAnswer', {name: ENTRY, channel: 'AGENT', region: '440300'});
    const {code} = await as('agent', 'insight.v1.ReceiptService/CreateReceipt', {entry: ENTRY, revision: answer.revision,
      kbRevision: freshness.kbRevision, contentHash: answer.contentHash, channel: 'AGENT'});
    await go('loop/receipts');
    await field('凭码', page.locator('main')).fill(code);
    await button('查询').click();
    await page.getByText('与库内当时版本逐字一致').waitFor();
    await page.getByText('现在仍这样答复').waitFor();
    await clean('receipt');
    await shot('receipt');
  },

  async 'a major event gets its three clocks, and a step is done'() {
    await go('loop/events');
    await button('标记重大舆情').click();
    await field('事由').fill('台风期间停水停电');
    await field('部门').selectOption({label: HOTLINE});
    await button('标记重大舆情', dialog).click();
    await row('台风期间').getByText('还剩', {exact: false}).first().waitFor();
    await button('报告完成', row('台风期间')).first().click();
    await field('做了什么').fill('已通过网站和热线发布停水停电安排。');
    await button('报告完成', dialog).click();
    await row('台风期间').getByText('按时完成').waitFor();
    await clean('event');
    await shot('event');
  },

  async 'an editor maps columns, mends a row in place, and brings drafts in'() {
    await person('editor');
    await go('ledgers/import');
    const csv = '﻿报送单位,问法,口径,分类,性质,备注\r\n市民政局,导入测试一怎么办,到窗口办理。,民政,办事指南,x\r\n市民政局,导入测试二怎么办,"网上办，\n也可窗口办。",民政,没有这种,y\r\n';
    await page.getByLabel('选择文件').setInputFiles({name: '报送表.csv', mimeType: 'text/csv', buffer: Buffer.from(csv)});
    await page.getByText('须有一列是“标题”，一列是“内容”。').waitFor();
    await page.getByLabel('问法 导入为').selectOption('标题');
    await page.getByLabel('口径 导入为').selectOption('内容');
    await page.getByLabel('性质 导入为').selectOption('材料性质');
    await page.getByLabel('备注 导入为').selectOption({label: '不导入'});
    await clean('columns');
    await shot('import-columns');
    await button('试导（不写入）').click();
    await row('导入测试二').getByRole('button', {name: '修正'}).waitFor();
    await clean('trial');
    await shot('import-trial');
    const [refused] = await Promise.all([page.waitForEvent('download'), button('下载被拒绝的行').click()]);
    assert.match(refused.suggestedFilename(), /^退回-报送表\.csv$/);
    assert.match(readFileSync(await refused.path(), 'utf8'), /拒绝原因/);
    await row('导入测试二').getByRole('button', {name: '修正'}).click();
    await field('性质').fill('办事指南');
    await button('记下修正', dialog).click();
    await button('重新试导').click();
    await page.getByText('全部通过，可以导入。').waitFor();
    await button('导入 2 行为草稿').click();
    await page.getByText('已导入为草稿', {exact: false}).waitFor();
    await clean('import done');
    await shot('import-done');
    const {entries} = await as('editor', 'knowledge.v1.KnowledgeService/ListEntries', {category: '民政', pageSize: 1000});
    assert.equal(entries.filter((entry) => /^导入测试/.test(entry.content.question) && entry.state === 'DRAFT').length, 2);
  },

  async 'an auditor verifies the chain in the browser, filters, and exports'() {
    await person('auditor');
    await go('audit/verification');
    await button('核验全库审计').click();
    await page.getByText('链完整', {exact: false}).waitFor();
    await clean('verification');
    await shot('verification');
    const [file] = await Promise.all([page.waitForEvent('download'), button('导出审计文件').click()]);
    const damaged = readFileSync(await file.path(), 'utf8').replace('people/sample-publisher', 'people/sample-publishex');
    await page.getByLabel('核验导出的文件').setInputFiles({name: 'a.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(damaged)});
    await page.getByText('发现 1 处异常', {exact: false}).waitFor();
    await clean('damaged audit');
    await go('audit/records?action=UpdateFact');
    await row('facts/gaoling-jine').first().waitFor();
    await page.getByRole('cell').getByRole('button').first().click();
    await dialog.getByText('UpdateFact').first().waitFor();
    await clean('audit record');
  },

  async 'entries leave as a file that a spreadsheet opens'() {
    await go('ledgers/export');
    const [file] = await Promise.all([page.waitForEvent('download'), button('导出').click()]);
    assert.match(file.suggestedFilename(), /\.xlsx$/);
    assert.equal(readFileSync(await file.path()).subarray(0, 2).toString(), 'PK');
    await page.getByText('已导出', {exact: false}).waitFor();
  },

  async 'the base is measured, drawn and filed'() {
    await go('quality/reports');
    await button('立即测一次').click();
    await button('立即测一次', dialog).click();
    await told('已生成报告');
    await page.getByRole('img', {name: /得分/}).waitFor();
    await page.getByRole('row').nth(1).waitFor();
    await clean('quality');
    await shot('quality');
    for (const format of ['XLSX', 'CSV', 'HTML']) {
      const [file] = await Promise.all([page.waitForEvent('download'), button(format).click()]);
      assert.match(file.suggestedFilename(), new RegExp(`\\.${format.toLowerCase()}$`));
    }
  },

  async 'an administrator makes a person, who signs in; secrets are shown once'() {
    await person('admin');
    await go('admin/people');
    await button('新建人员').click();
    await field('登录名').fill('li-lei');
    await field('姓名').fill(`李雷${XSS}`);
    await field('角色').selectOption({label: '采编'});
    await field('到期').fill('2027-12-31');
    await clean('person form');
    await shot('person');
    await button('保存', dialog).click();
    const password = await field('初始密码').inputValue();
    await clean('initial password');
    await button('关闭', dialog).last().click();
    await row('李雷').getByText('采编').waitFor();
    assert.ok((await backend.call('identity.v1.IdentityService/SignIn', {login: 'li-lei', password})).token);
    await go('admin/access');
    await field('谁', page.locator('main')).fill('people/li-lei');
    await button('说明').click();
    await page.getByText('不可以', {exact: true}).waitFor();
    await clean('explain');
    await shot('access');
  },

  async 'an account gets a key that works, until it is revoked'() {
    await go('admin/accounts');
    await button('新建服务账号').click();
    await field('编号').fill('portal');
    await field('名称').fill('门户网站');
    await dialog.getByLabel('网站').check();
    await field('角色').selectOption({label: '渠道服务'});
    await button('保存', dialog).click();
    await row('门户网站').getByRole('button', {name: '密钥'}).click();
    await button('建立密钥', dialog).click();
    await field('用途').fill('网站查询');
    await button('建立密钥', dialog).click();
    const secret = await field('密钥').inputValue();
    assert.match(secret, /^kjk_/);
    await clean('secret');
    await backend.call('answer.v1.AnswerService/Search', {query: '高龄津贴', channel: 'WEB'}, secret);
    await button('关闭', dialog).last().click();
    await button('吊销', dialog).click();
    await button('吊销', dialog).click();
    await dialog.getByText('已吊销').waitFor();
    await assert.rejects(backend.call('answer.v1.AnswerService/Search', {query: '高龄津贴', channel: 'WEB'}, secret));
    await clean('keys');
  },

  async 'departments and the calendar are kept; a session of somebody else is ended'() {
    await go('admin/departments');
    await button('新建部门').click();
    await field('名称').fill('示例街道办事处');
    await field('上级部门').selectOption({label: HOTLINE});
    await field('电话').fill('0755-12345');
    await button('保存', dialog).click();
    await row('示例街道办事处').waitFor();
    await go('admin/calendar');
    const holidays = field('放假日', page.locator('main'));
    await holidays.fill(`${await holidays.inputValue()}\n2027-01-01`);
    await button('保存').click();
    await told('已保存');
    await clean('calendar');
    await go('admin/sessions?person=people/sample-agent');
    await button('结束').first().waitFor();
    const before = await button('结束').count();
    await button('结束').first().click();
    await button('结束', dialog).click();
    await told('会话已结束');
    const {sessions} = await backend.call('identity.v1.IdentityService/ListSessions', {person: 'people/sample-agent'}, admin);
    assert.equal(sessions?.length ?? 0, before - 1);
  },

  async 'without the service a screen says so, and goes on when it is back'() {
    await backend.halt();
    await page.getByLabel('谁的会话').selectOption('');
    await page.getByText('连接不上服务', {exact: false}).waitFor();
    await clean('offline');
    await shot('offline');
    await backend.resume();
    await button('再试一次').click();
    await page.getByRole('alert').waitFor({state: 'detached'});
  },
};

// The browser logs each refusal that the journeys provoke as a failed load: nothing else may be there.
const expected = (text) => /Failed to load resource: .*(40\d|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE)/.test(text);
const push = browser.complaints.push.bind(browser.complaints);
browser.complaints.push = (text) => expected(text) ? 0 : push(text);
const good = await runSteps(browser, steps);
await browser.close();
await backend.stop();
process.exit(good ? 0 : 1);
