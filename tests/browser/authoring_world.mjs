// The workbench with people at it: each in a browser context of their own, watched for what should not be.

import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {checkAccess} from './access_checks.mjs';
import {LAUNCH} from './browser.mjs';
import {signInOn} from './staff.mjs';

const WIDE = {width: 1440, height: 900};
// A refused call is told on the screen; the browser writes a line of its own about it.
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/;

export async function openWorld(chromium, staff, shots) {
  mkdirSync(shots, {recursive: true});
  const browser = await chromium.launch(LAUNCH);
  const faults = [];
  const pages = new Map();

  // The page of somebody, signed in; a second call gives the same page. `name` = a second window of the same role.
  async function as(role, {language = 'zh-CN', theme = 'light', name = role} = {}) {
    if (pages.has(name)) return pages.get(name);
    const context = await browser.newContext({locale: 'zh-CN', viewport: WIDE, timezoneId: 'America/New_York', acceptDownloads: true});
    await context.addInitScript(([lang, look]) => {
      localStorage.setItem('koujing.language', lang);
      localStorage.setItem('koujing.theme', look);
      document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
    }, [language, theme]);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('request', (request) => request.url().startsWith(staff.url) || request.url().startsWith('blob:') || faults.push(`${name}: foreign ${request.url()}`));
    page.on('pageerror', (error) => faults.push(`${name}: ${error.stack ?? error}`));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && !REFUSED.test(message.text()) &&
      faults.push(`${name}: ${message.text()}`));
    await page.goto(`${staff.url}workbench/`);
    await signInOn(page, staff.people[role]);
    pages.set(name, page);
    return page;
  }

  async function shot(page, name) {
    await page.evaluate(() => scrollTo(0, 0));
    await page.mouse.move(0, 0);
    await page.screenshot({path: join(shots, `${name}.png`), fullPage: true});
  }

  return {
    as, faults, shot,
    // In Chinese, in English, and back.
    shotBoth: async (page, name) => {
      await shot(page, `${name}-zh`);
      await page.getByLabel('界面语言').selectOption('en');
      await page.getByRole('button', {name: 'Sign out'}).waitFor();
      await checkAccess(page, `${name} in English`);
      await shot(page, `${name}-en`);
      await page.getByLabel('Language').selectOption('zh-CN');
      await page.getByRole('button', {name: '退出登录'}).waitFor();
    },
    open: async (page, path) => { await page.goto(`${staff.url}workbench${path}`); },
    close: () => browser.close(),
  };
}

// Waits until nothing is being read any more.
export async function settled(page) {
  await page.locator('[data-state=loading], [aria-busy=true]').first().waitFor({state: 'detached'});
}
