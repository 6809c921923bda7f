// What every state of the page must keep, whoever uses it: names for controls, contrast, sizes, no sideways scrolling.

import assert from 'node:assert/strict';

// Runs in the page.
function findFaults() {
  const CONTRAST = 4.5;
  const TARGET_PX = 44;
  const faults = [];
  const visible = (node) => node.checkVisibility() && node.getClientRects().length > 0;
  const say = (node, what) => faults.push(`${what}: <${node.tagName.toLowerCase()}> ${(node.textContent || node.id).trim().slice(0, 30)}`);

  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const part = (c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const background = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };

  for (const node of document.querySelectorAll('body *')) {
    if (!visible(node) || node.closest('.skip')) continue;
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (own && node.tagName !== 'OPTION') {
      const [a, b] = [light(channels(getComputedStyle(node).color)), light(background(node))].sort((x, y) => y - x);
      if ((a + 0.05) / (b + 0.05) < CONTRAST) say(node, 'contrast below 4.5');
      if (parseFloat(getComputedStyle(node).fontSize) < 14) say(node, 'text below 14 px');
    }
    if (node.matches('input, select, textarea') && !node.labels?.length && !node.getAttribute('aria-label')) say(node, 'no label');
    if (node.matches('button, a') && !(node.textContent.trim() || node.getAttribute('aria-label'))) say(node, 'no name');
    if (node.matches('button, input, select, [role=option]') && node.getBoundingClientRect().height < TARGET_PX - 0.5) say(node, 'target below 44 px');
    if (node.matches('[style]')) say(node, 'inline style');
  }
  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id twice: ${id}`);
  for (const node of document.querySelectorAll('[aria-controls], [aria-describedby], [aria-labelledby], [aria-activedescendant]')) {
    for (const name of ['aria-controls', 'aria-describedby', 'aria-labelledby', 'aria-activedescendant']) {
      for (const id of (node.getAttribute(name) ?? '').split(' ').filter(Boolean)) {
        if (!document.getElementById(id)) faults.push(`${name} points nowhere: ${id}`);
      }
    }
  }
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].filter(visible).map((node) => Number(node.tagName[1]));
  levels.forEach((level, i) => i > 0 && level > levels[i - 1] + 1 && faults.push(`heading h${level} after h${levels[i - 1]}`));
  if (document.querySelectorAll('h1').length !== 1) faults.push('not exactly one h1');
  if (document.documentElement.lang !== 'zh-CN') faults.push('no language');
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push('scrolls sideways');
  return faults;
}

export async function checkPage(page) {
  assert.deepEqual(await page.evaluate(findFaults), []);
}
