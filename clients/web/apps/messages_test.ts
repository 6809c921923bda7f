/// <reference types="vite/client" />
// The words of all screens: the same in every language, and each one that a screen asks for is there.
import {expect, test} from 'vitest';

import * as consoleWords from '@/console/messages';
import type {Words} from '@/ui/i18n';
import * as shared from '@/ui/messages';
import {LANGUAGES} from '@/widget/texts';
import {words as workbenchWords} from '@/workbench/messages';

const catalogues: [name: string, both: {zh: Words; en: Words}][] = [
  ['shared', shared], ['console', consoleWords], ['workbench', workbenchWords],
];

function entriesOf(words: Words, above = ''): [key: string, text: string][] {
  return Object.entries(words).flatMap(([key, word]): [string, string][] =>
    typeof word === 'string' ? [[above + key, word]] : entriesOf(word, `${above}${key}.`));
}
const keysOf = (words: Words) => entriesOf(words).map(([key]) => key).sort();
const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!).sort();

test.each(catalogues)('%s: both languages have the same words with the same values in them', (_, {zh, en}) => {
  expect(keysOf(en)).toEqual(keysOf(zh));
  const english = new Map(entriesOf(en));
  for (const [key, text] of entriesOf(zh)) expect([key, values(english.get(key)!)]).toEqual([key, values(text)]);
});

// What a key leads to: a text, a list, or a function of so many values.
function shapeOf(texts: object, above = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'function') return [`${above}${key}(${value.length})`];
    return typeof value === 'object' && value !== null ? shapeOf(value, `${above}${key}.`) : [above + key];
  }).sort();
}

test('the widget says the same in every language', () => {
  for (const {texts} of LANGUAGES) expect(shapeOf(texts)).toEqual(shapeOf(LANGUAGES[0]!.texts));
});

const sources = import.meta.glob<string>(['../{ui,console,workbench}/**/*.{vue,ts}', '!../**/*_test.ts'],
  {query: '?raw', import: 'default', eager: true});

test('every word that a screen asks for is there', () => {
  const app = (words: Words) => new Set([...keysOf(shared.zh), ...keysOf(words)]);
  const known = {ui: app(consoleWords.zh), console: app(consoleWords.zh), workbench: app(workbenchWords.zh)};
  const missing: string[] = [];
  let asked = 0;
  for (const [file, text] of Object.entries(sources)) {
    const part = file.split('/')[1] as keyof typeof known;
    for (const [, call, key] of text.matchAll(/(?<![\w.])([tw])\('([\w.]+)'/g)) {
      const whole = call === 'w' ? `authoring.${key}` : key!;
      ++asked;
      if (!known[part].has(whole)) missing.push(`${file}: ${whole}`);
    }
  }
  expect(asked).toBeGreaterThan(600);
  expect(missing).toEqual([]);
});
