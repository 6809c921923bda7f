// How long after a change of an answer the widget shows it: from the moment that the editor's command begins (kbctl starts, sends,
// the store syncs) until the frame in which the new text stands on the citizen's screen; beside it the command alone. Prints, asserts
// nothing.
//
//   node tests/bench/widget_paint.mjs --server=build/release/bin/kb-server --kbctl=build/release/bin/kbctl --rounds=50

import {parseArgs} from 'node:util';

import {startServer} from '../browser/backends.mjs';
import {browserOrSkip, openBrowser} from '../browser/browser.mjs';
import {chatOf} from '../browser/widget_checks.mjs';

const {values: options} = parseArgs({options: {
  server: {type: 'string'}, kbctl: {type: 'string'}, web: {type: 'string'}, rounds: {type: 'string', default: '50'}}});
const ENTRY = 'entries/juzhuzheng-shi';

const chromium = await browserOrSkip();
const backend = await startServer(options.server, options.kbctl, {web: options.web});
const browser = await openBrowser(chromium, backend.url, 'build/browser');
const {page} = browser;
const chat = chatOf(page);
await page.goto(`${backend.url}?`);
await chat.launch.click();
await chat.ask('居住证怎么办理？');
await chat.live(chat.last);

const entry = JSON.parse(await backend.kbctl(['entries', 'get', ENTRY]));
const commands = [];
const paints = [];
for (let round = 1; round <= Number(options.rounds); ++round) {
  const words = `第${round}次改动`;
  const content = structuredClone(entry.content);
  content.blocks[0].text = `${words}。${content.blocks[0].text}`;
  await backend.kbctl(['entries', 'update', ENTRY, '--mask', 'content.blocks'], JSON.stringify(content));
  const painted = page.evaluate((wanted) => new Promise((resolve) => {
    const look = () => {
      const text = document.querySelector('kb-chat').shadowRoot.querySelector('.text');
      if (text?.textContent.includes(wanted)) resolve(performance.timeOrigin + performance.now());
      else requestAnimationFrame(look);
    };
    look();
  }), words);
  const begin = performance.timeOrigin + performance.now();
  await backend.kbctl(['entries', 'publish', ENTRY]);
  commands.push(performance.timeOrigin + performance.now() - begin);
  paints.push((await painted) - begin);
}
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
for (const [name, values] of [['command alone', commands], ['to the screen', paints]]) {
  console.log(`${name}: median ${at(values, 0.5).toFixed(0)} ms, p99 ${at(values, 0.99).toFixed(0)} ms of ${values.length}`);
}
console.log(`ratio of the medians: ${(at(paints, 0.5) / at(commands, 0.5)).toFixed(2)}`);
await browser.close();
await backend.stop();
