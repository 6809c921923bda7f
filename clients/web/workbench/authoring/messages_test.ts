// Every word that a screen asks for is there, in both languages.
import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';

import {en, zh} from './messages';

type Words = {[key: string]: string | Words};

function keysOf(words: Words, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => typeof value === 'string' ? [`${prefix}${key}`] : keysOf(value, `${prefix}${key}.`));
}

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
const at = (words: Words, key: string) => key.split('.').reduce<string | Words>((inner, part) => (inner as Words)[part]!, words) as string;

test('both languages have the same words with the same values in them', () => {
  expect(keysOf(en)).toEqual(keysOf(zh));
  for (const key of keysOf(zh)) expect([key, placeholders(at(en, key))]).toEqual([key, placeholders(at(zh, key))]);
});

test('what the screens ask for exists', () => {
  const folder = `${process.cwd()}/clients/web/workbench/authoring`;
  const known = new Set(keysOf(zh));
  const asked = readdirSync(folder).filter((file) => /\.(vue|ts)$/.test(file) && !file.endsWith('_test.ts'))
    .flatMap((file) => [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/\bw\('([\w.]+)'/g)].map((found) => `authoring.${found[1]}`));
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter((key) => !known.has(key))).toEqual([]);
});
