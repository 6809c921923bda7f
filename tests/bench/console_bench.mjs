// How fast the console is to a person: first load with an empty cache, and from a stroke to the painted list.
//
//   node tests/bench/console_bench.mjs --server=build/release/bin/kb-server --kbctl=build/release/bin/kbctl \
//     --web=build/release/web [--rows=kb_seed.jsonl] [--rounds=9]
//
// `rows`: entries imported and published beside the sample ones. The measure of a load is the page's own clock, from the
// start of navigation to the search box with the focus; an empty page of the same server stands beside it. The measure of
// a stroke is from its input event to the frame after the list for just this text.

import {execFile} from 'node:child_process';
import {parseArgs, promisify} from 'node:util';

import {browserOrSkip, openBrowser} from '../browser/browser.mjs';
import {signInOn, startStaff} from '../browser/staff.mjs';

const {values: options} = parseArgs({options: {server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'},
                                               rows: {type: 'string'}, rounds: {type: 'string', default: '9'}}});
const run = promisify(execFile);
const ROUNDS = Number(options.rounds);
const TYPED = ['居住证怎么办理', 'gjjdktq', '公积金贷款提前还款', 'shebaoka', '高龄津贴', '新生儿落户', '生育津贴怎么领', 'jsz'];
const chromium = await browserOrSkip();
const backend = await startStaff({...options, more: ['--knowledge.review_stages_low=-1', '--knowledge.review_stages_normal=-1',
  '--knowledge.review_stages_high=-1', '--access.mode=open']}); // open: the import needs no account of its own

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
const told = (values) => `median ${at(values, 0.5).toFixed(0)} ms, p95 ${at(values, 0.95).toFixed(0)} ms, worst ${Math.max(...values).toFixed(0)} ms`;

// A browser whose cache is empty, signed in.
async function coldLoad() {
  const browser = await openBrowser(chromium, backend.url, 'build/console-bench');
  const {page} = browser;
  await page.setViewportSize({width: 1440, height: 900});
  const session = await page.context().newCDPSession(page);
  await session.send('Network.setCacheDisabled', {cacheDisabled: true});
  await page.goto(`${backend.url}console/`);
  await signInOn(page, backend.people.agent);
  await page.addInitScript(() => {
    const look = () => {
      if (document.activeElement?.getAttribute('role') === 'combobox') window.readyAt = performance.now();
      else requestAnimationFrame(look);
    };
    if (location.pathname.startsWith('/console')) requestAnimationFrame(look);
  });
  await page.goto(`${backend.url}icon.svg`);
  const empty = await page.evaluate(() => performance.getEntriesByType('navigation')[0].duration);
  await page.goto(`${backend.url}console/`);
  await page.waitForFunction(() => window.readyAt);
  const seen = await page.evaluate(() => ({ready: window.readyAt,
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    bytes: performance.getEntriesByType('resource').reduce((sum, one) => sum + one.encodedBodySize, 0),
    files: performance.getEntriesByType('resource').length}));
  return {browser, empty, ...seen};
}

async function strokes(page) {
  await page.evaluate(() => {
    window.waits = [];
    let begun = 0;
    let typed = '';
    const box = document.querySelector('input[role=combobox]');
    box.addEventListener('input', () => { begun = performance.now(); typed = box.value; }, true);
    new MutationObserver(() => {
      if (!begun || document.querySelector('#found [data-typed]')?.dataset.typed !== typed) return;
      const from = begun;
      begun = 0;
      requestAnimationFrame(() => setTimeout(() => window.waits.push(performance.now() - from)));
    }).observe(document.body, {childList: true, subtree: true, attributes: true, attributeFilter: ['data-typed']});
  });
  for (const text of TYPED) {
    await page.keyboard.press('Escape');
    for (const letter of text) {
      const before = await page.evaluate(() => window.waits.length);
      await page.keyboard.type(letter);
      // A text that nothing has is no list to paint.
      await page.waitForFunction((count) => window.waits.length > count, before, {timeout: 3_000}).catch(() => {});
    }
  }
  return page.evaluate(() => window.waits);
}

try {
  if (options.rows) {
    const begun = Date.now();
    await run(options.kbctl, ['--server', backend.grpc, '--deadline', '600', 'import', '--publish', options.rows]);
    console.log(`imported ${options.rows} in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  }
  const loads = [];
  let waits = [];
  for (let round = 0; round < ROUNDS; ++round) {
    const load = await coldLoad();
    loads.push(load);
    if (round === ROUNDS - 1) waits = await strokes(load.browser.page);
    await load.browser.close();
  }
  console.log(`cold load, ${loads[0].files} files, ${(loads[0].bytes / 1024).toFixed(0)} KiB on the wire`);
  console.log(`  first paint   ${told(loads.map((one) => one.paint))}`);
  console.log(`  ready to type ${told(loads.map((one) => one.ready))}`);
  console.log(`  beside an empty page: x${(at(loads.map((one) => one.ready), 0.5) / at(loads.map((one) => one.empty), 0.5)).toFixed(1)}`);
  console.log(`stroke to painted list, ${waits.length} strokes: ${told(waits)}`);
} finally {
  await backend.stop();
}
