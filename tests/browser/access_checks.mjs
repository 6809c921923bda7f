// What every state of every page must keep: axe-core finds nothing, nothing scrolls sideways.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// What axe-core says of the page as it stands, a line each. `options` are those of axe.run.
export async function axeFindings(page, options = {resultTypes: ['violations']}) {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(AXE);
  return page.evaluate(async (how) => {
    const {violations} = await globalThis.axe.run(document, how);
    return violations.map(({id, help, nodes}) => `${id}: ${nodes.slice(0, 3).map((node) =>
      `${node.target.flat().join(' ')} (${node.any[0]?.message ?? help})`).join(' | ')}`);
  }, options);
}

export async function checkAccess(page, where = page.url(), options = undefined) {
  assert.deepEqual(await axeFindings(page, options), [], where);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(sideways <= 0, `${where}: scrolls sideways by ${sideways}`);
}
