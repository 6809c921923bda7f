// What every state of the widget must keep, whoever uses it: axe finds nothing, targets are large enough, letters too, and nothing
// scrolls sideways. Then a picture.

import assert from 'node:assert/strict';
import {join} from 'node:path';

import {axeFindings} from './access_checks.mjs';

// Runs in the page.
function findFaults() {
  const faults = [];
  const chat = document.querySelector('kb-chat');
  const root = chat?.shadowRoot;
  if (!root) return ['no widget'];
  const elder = chat.dataset.size === 'elder';
  const [targetMin, letterMin] = elder ? [60, 24] : [44, 14];
  const say = (node, what) => faults.push(`${what}: <${node.tagName.toLowerCase()}> ${(node.textContent || node.id).trim().slice(0, 30)}`);
  const parent = (node) => node.parentElement ?? node.getRootNode().host;
  const numbers = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const part = (c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (node) => {
    for (let at = node; at; at = parent(at)) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  for (const node of root.querySelectorAll('*')) {
    if (!node.checkVisibility({visibilityProperty: true}) || node.closest('.off-screen, svg')) continue;
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const size = node.getBoundingClientRect();
    if (own && node.tagName !== 'OPTION') {
      const style = getComputedStyle(node);
      if (parseFloat(style.fontSize) < letterMin - 0.01) say(node, `letters of ${style.fontSize}`);
      const [a, b] = [light(numbers(style.color)), light(behind(node))].sort((x, y) => y - x);
      if ((a + 0.05) / (b + 0.05) < 4.5) say(node, `contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
    }
    if (node.matches('button, input, select, textarea, summary, [role=option], .hotline') && size.height < targetMin - 0.5) {
      say(node, `target of ${size.height} px`);
    }
    if (node.matches('[style], [onclick], style, script, img')) say(node, 'inline style, code or picture');
  }
  const scroller = document.documentElement;
  if (scroller.scrollWidth > scroller.clientWidth) faults.push('the page scrolls sideways');
  const log = root.querySelector('.log');
  if (log && log.scrollWidth > log.clientWidth + 1) faults.push('the log scrolls sideways');
  return faults;
}

export async function checkState(page) {
  assert.deepEqual(await axeFindings(page), []);
  // What axe cannot decide about contrast is decided here.
  assert.deepEqual(await page.evaluate(findFaults), []);
}

// Checks a state and takes its picture: of the dialog where one is open, of the whole window for those named in `wide`.
export function stateKeeper(page, shots, wide = []) {
  return async (name) => {
    await checkState(page);
    const dialog = page.getByRole('dialog');
    const target = !wide.includes(name) && await dialog.isVisible() ? dialog : page;
    await target.screenshot({path: join(shots, `widget-${name}.png`), caret: 'initial'});
  };
}

// The widget as a person meets it.
export function chatOf(page) {
  const question = page.getByRole('combobox', {name: /您的问题|您的問題|Your question/});
  return {
    question,
    dialog: page.getByRole('dialog'),
    log: page.getByRole('log'),
    launch: page.locator('kb-chat').getByRole('button', {name: /^(问一问|問一問|Ask)/}),
    last: page.getByRole('article').last(),
    async ask(words) {
      await question.fill(words);
      await question.press('Enter');
    },
    live: (article) => article.locator('.live[data-state=live]').waitFor(),
    focused: () => page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at?.id || at?.getAttribute('aria-label') || at?.textContent?.trim() || '';
    }),
  };
}

// Takes what the browser complained of, if it is all of this kind.
export function forgive(complaints, kind) {
  assert.ok(complaints.every((text) => kind.test(text)), complaints.join('\n'));
  complaints.length = 0;
}
