// Every screen of the workbench's desk as its people see it: axe finds nothing in any theme or language, nothing comes from
// another host, and a picture of each is taken.
//
//   node tests/browser/desk_screens.mjs --server=… --kbctl=… --web=build/web --shots=build/desk

import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';

import {axeFindings} from './access_checks.mjs';
import {browserOrSkip, openBrowser, runSteps} from './browser.mjs';
import {signInOn, startStaff} from './staff.mjs';

const {values: options} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'},
                                               shots: {type: 'string', default: 'build/desk'}, only: {type: 'string', default: ''}}});

// Who looks at what.
const SCREENS = {
  manager: ['ledgers/facts', 'ledgers/policies', 'ledgers/synonyms', 'ledgers/terms', 'loop/gaps', 'loop/corrections', 'loop/receipts', 'loop/usage',
    'loop/events', 'loop/reading', 'quality/reports', 'quality/findings'],
  editor: ['ledgers/import'],
  auditor: ['ledgers/export', 'audit/records', 'audit/verification'],
  admin: ['admin/people', 'admin/access', 'admin/accounts', 'admin/departments', 'admin/sessions', 'admin/webhooks', 'admin/calendar', 'admin/privacy'],
};

const chromium = await browserOrSkip();
const backend = await startStaff({server: options.server, kbctl: options.kbctl, web: options.web, more: ['--gateway.sign_ins_max=1000']});
const steps = {};
let browser;

async function noFaults(page, what) {
  assert.deepEqual(await axeFindings(page), [], what);
}
const settled = (page) => page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[data-state=loading]') &&
  !document.querySelector('[aria-busy=true]'));

for (const [role, screens] of Object.entries(SCREENS)) {
  steps[`${role} signs in`] = async () => {
    const {page} = browser;
    await page.goto(`${backend.url}workbench/`);
    await signInOn(page, backend.people[role]);
  };
  for (const screen of screens.filter((name) => name.includes(options.only))) {
    steps[`${role}: ${screen}`] = async () => {
      const {page, shot} = browser;
      const name = screen.replace('/', '-');
      await page.goto(`${backend.url}workbench/${screen}`);
      await settled(page);
      await shot(`desk-${name}-zh`);
      await noFaults(page, `${screen} light`);
      for (const theme of ['dark', 'contrast']) {
        await page.evaluate((chosen) => { document.documentElement.dataset.theme = chosen; }, theme);
        await page.waitForTimeout(0);
        await noFaults(page, `${screen} ${theme}`);
      }
      await page.getByLabel('界面语言').selectOption('en');
      await settled(page);
      await page.evaluate(() => { document.documentElement.dataset.theme = 'light'; });
      await shot(`desk-${name}-en`);
      await noFaults(page, `${screen} en`);
      assert.doesNotMatch(await page.locator('main').innerText(), /desk\.[a-z]+\.|[一-鿿]{4,}.*desk\./);
      await page.getByLabel('Language').selectOption('zh-CN');
    };
  }
  steps[`${role} signs out`] = async () => {
    await browser.page.getByRole('button', {name: '退出登录'}).click();
    await browser.page.getByRole('button', {name: '登录'}).waitFor();
  };
}

browser = await openBrowser(chromium, backend.url, options.shots);
await browser.page.setViewportSize({width: 1360, height: 850});
// Looking for a session where there is none is answered with 401; feeds may be not configured.
const push = browser.complaints.push.bind(browser.complaints);
browser.complaints.push = (text) => /Failed to load resource: .*40[01]/.test(text) ? 0 : push(text);
const good = await runSteps(browser, steps);
await browser.close();
await backend.stop();
process.exit(good ? 0 : 1);
