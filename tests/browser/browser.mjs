// Chromium with an eye on everything that the page asks for and complains about.

import {existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {runInOrder} from './steps.mjs';

const SKIPPED = 77;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
               '--disable-component-update', '--disable-sync', '--no-proxy-server'];
// How every test starts Chromium.
export const LAUNCH = {executablePath: CHROMIUM, headless: true, args: FLAGS};

async function playwright() {
  try {
    return (await import('playwright-core')).chromium;
  } catch {
    return null;
  }
}

// Ends the process with the code for "skipped" when there is no browser.
export async function browserOrSkip() {
  const chromium = await playwright();
  if (chromium && CHROMIUM) return chromium;
  console.log('skipped: playwright-core or Chromium is not installed (make deps)');
  process.exit(SKIPPED);
}

// Opens a page whose requests must all go to `url`. `foreign` and `complaints` collect what should not be.
export async function openBrowser(chromium, url, shots, settings = {}) {
  mkdirSync(shots, {recursive: true});
  const profile = mkdtempSync(join(tmpdir(), 'koujing-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...LAUNCH, locale: 'zh-CN', viewport: {width: 1100, height: 900}, ...settings});
  const page = context.pages()[0] ?? await context.newPage();
  const foreign = [];
  const complaints = [];
  page.setDefaultTimeout(20_000);
  page.on('request', (request) => request.url().startsWith(url) || foreign.push(request.url()));
  page.on('pageerror', (error) => complaints.push(`exception: ${error}`));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(`${message.text()} ${message.location().url}`));
  return {
    page, foreign, complaints,
    shot: (name, fullPage = false) => page.screenshot({path: join(shots, `${name}.png`), fullPage, caret: 'initial'}),
    close: async () => {
      await context.close();
      rmSync(profile, {recursive: true, force: true});
    },
  };
}

// Runs steps in their order, each by its name; returns whether all went well and nothing unwanted happened. `chained`: a step
// goes on where the one before ended, so that the first failure ends it.
export async function runSteps(browser, steps, {chained = false} = {}) {
  const failed = await runInOrder(steps, {chained, broken: (number) => browser.shot(`failed-${number}`).catch(() => {})});
  if (browser.foreign.length > 0) console.log(`FAIL requests to other hosts: ${browser.foreign.join(' ')}`);
  if (browser.complaints.length > 0) console.log(`FAIL console: ${browser.complaints.join('\n')}`);
  return failed === 0 && browser.foreign.length === 0 && browser.complaints.length === 0;
}
