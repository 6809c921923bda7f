/// <reference types="vite/client" />
import {expect, test} from 'vitest';

import {en as sharedEn, zh as sharedZh} from '@/ui/messages';
import type {Words} from '@/ui/i18n';

import {en} from './en';
import {zh} from './zh';

const keysOf = (words: Words, above = ''): string[] => Object.entries(words).flatMap(([key, word]) =>
  typeof word === 'string' ? [above + key] : keysOf(word, `${above}${key}.`)).sort();

const sources = import.meta.glob<string>('../**/*.{vue,ts}', {query: '?raw', import: 'default', eager: true});

test('every word is there in both languages', () => {
  expect(keysOf(en)).toEqual(keysOf(zh));
});

test('every word that a page asks for is there', () => {
  const known = new Set([...keysOf(zh), ...keysOf(sharedZh), ...keysOf(sharedEn)]);
  const asked = Object.values(sources).flatMap((text) => [...text.matchAll(/\bt\('([\w.]+)'/g)].map((match) => match[1]!));
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter((key) => !known.has(key))).toEqual([]);
});
