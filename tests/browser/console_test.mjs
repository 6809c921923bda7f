// The agent's console as an agent uses it, in Chromium, on the product itself: by keyboard alone, while editors release
// and recall under the reader's eyes.
//
//   node tests/browser/console_test.mjs --server=build/dev/bin/kb-server --kbctl=build/dev/bin/kbctl --web=build/dev/web
import {parseArgs} from 'node:util';
import {browserOrSkip, openBrowser} from './browser.mjs';
import {signInOn, startStaff} from './staff.mjs';
const {values: o} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'}, shots: {type: 'string', default: 'build/console'}}});
const chromium = await browserOrSkip();
const backend = await startStaff(o);
const b = await openBrowser(chromium, backend.url, o.shots);
const {page} = b;
await page.setViewportSize({width: 1440, height: 900});
try {
await page.goto(`${backend.url}console/`);
await signInOn(page, backend.people.agent);
await page.getByRole('combobox', {name: '查找口径'}).waitFor();
await page.waitForTimeout(800);
await b.shot('01-start');
await page.keyboard.type('高龄津贴');
await page.getByRole('option').first().waitFor();
await page.waitForTimeout(300);
await b.shot('02-found');
await page.keyboard.press('Enter');
await page.getByRole('article').waitFor();
await page.waitForTimeout(500);
await b.shot('03-entry');
await page.keyboard.press('Alt+c');
await page.waitForTimeout(500);
await b.shot('04-copied');
await page.keyboard.press('Alt+l');
await page.waitForTimeout(300);
await b.shot('05-script');
await page.keyboard.press('Escape');
await page.keyboard.press('Alt+r');
await page.waitForTimeout(300);
await b.shot('06-region');
await page.keyboard.press('Escape');
await page.keyboard.press('Alt+j');
await page.waitForTimeout(300);
await b.shot('07-correction');
await page.keyboard.press('Escape');
await page.keyboard.press('Alt+h');
await page.waitForTimeout(300);
await b.shot('08-history');
await page.keyboard.press('Escape');
await page.keyboard.press('Alt+b');
await page.waitForTimeout(500);
await b.shot('09-reading');
await page.keyboard.press('Escape');
await page.keyboard.press('F1');
await page.waitForTimeout(300);
await b.shot('10-help');
} catch (e) { console.log(e); await b.shot('failed'); }
console.log('foreign', b.foreign, 'complaints', b.complaints);
await b.close(); await backend.stop();
