// @vitest-environment node
// The design's promise about contrast (WCAG 2.2, 1.4.3 and 1.4.11), computed from its numbers.
import {readFileSync} from 'node:fs';

import {expect, test} from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

// The variables of the first rule whose selector contains `selector`.
function rule(selector: string): Map<string, string> {
  const begin = css.indexOf('{', css.indexOf(selector));
  const body = css.slice(begin + 1, css.indexOf('}', begin));
  return new Map([...body.matchAll(/(--kj-[\w-]+):\s*(#[0-9a-f]{6})/g)].map((found) => [found[1]!, found[2]!]));
}

const light = rule(':root, :host {');
const themes = {
  light,
  dark: new Map([...light, ...rule('\n[data-theme=dark]')]),
  'dark by the machine': new Map([...light, ...rule(':root:not([data-theme=light])')]),
  contrast: new Map([...light, ...rule('\n[data-theme=contrast]')]),
};

// Relative luminance of #rrggbb.
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function ratio(one: string, other: string): number {
  const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright! + 0.05) / (dark! + 0.05);
}

const TEXT: [string, string[]][] = [
  ['ink', ['paper', 'ground', 'brand-pale', 'good-pale', 'warn-pale', 'bad-pale', 'added', 'removed', 'mark']],
  ['soft', ['paper', 'ground', 'brand-pale']],
  ['brand', ['paper', 'ground', 'brand-pale']],
  ['brand-strong', ['paper', 'ground', 'brand-pale']],
  ['on-brand', ['brand', 'brand-strong']],
  ['good', ['paper', 'ground', 'good-pale']],
  ['warn', ['paper', 'ground', 'warn-pale']],
  ['bad', ['paper', 'ground', 'bad-pale']],
];

for (const [name, colors] of Object.entries(themes)) {
  const of = (token: string) => colors.get(`--kj-${token}`)!;
  test.each(TEXT.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground])))(
    `${name}: %s can be read on %s`, (text, ground) => {
      expect(ratio(of(text!), of(ground!))).toBeGreaterThanOrEqual(4.5);
    });
  test(`${name}: fields and focus can be seen`, () => {
    expect(ratio(of('edge'), of('paper'))).toBeGreaterThanOrEqual(3);
  });
}
