// Makes the table of readings: node scripts/make_pinyin.mjs DICTIONARY OWN_WORDS CORRECTIONS OUT
//
// Readings come from the npm package pinyin-pro, without tones, ü as v. What a character is mostly read as follows from
// the words of the dictionary and their frequencies; words that are read otherwise than their characters are kept as
// exceptions. CORRECTIONS: lines `word syllable…` where pinyin-pro is wrong.
//
// OUT, little-endian (services/text/pinyin.cc reads it):
//   u32 magic "KJP1", u32 syllables, u32 lists, u32 exceptions
//   8 bytes per syllable: its letters, padded with zeros; syllable 0 is empty: no reading
//   u16 list[0x7000]        of the characters from U+3000; 0: not read
//   { u16 common, u16 syllable[7] }  per list: the common readings, the most common first, then those of some words only,
//                           padded with zeros
//   u32 begin[exceptions + 1], then u16 syllable[begin[exceptions]], padded to 4 bytes
//   the words of the exceptions (double_array.mjs): value = 1 + number of the exception
import fs from 'node:fs';
import { createRequire } from 'node:module';

import { packTrie } from './double_array.mjs';

const { pinyin } = createRequire(import.meta.url)('pinyin-pro');

const FIRST = 0x3000;
const LAST = 0x9fff;
const READINGS_MAX = 7;
// A reading is common when so much of the text that has the character has it.
const COMMON_SHARE = 0.02;
const HAN = /^[\u3007\u3400-\u9fff]+$/;

const [dictionary, ownWords, correctionsFile, out] = process.argv.slice(2);
const lines = (path) => fs.readFileSync(path, 'utf8').split('\n').map((line) => line.replace(/#.*/, '').trim()).filter(Boolean);

const SPELLINGS = { ng: 'en', n: 'en', m: 'mu', hm: 'heng', hng: 'heng', ê: 'ei' };
function spelling(syllable) {
  const plain = SPELLINGS[syllable] ?? syllable.replace('ü', 'v');
  return /^(?=.*[aeiouv])[a-z]{1,6}$/.test(plain) ? plain : undefined;
}
const readings = (word) => pinyin(word, { toneType: 'none', type: 'array', v: true }).map(spelling);

const corrections = lines(correctionsFile).map((line) => line.split(/\s+/)).map(([word, ...syllables]) => {
  if ([...word].length !== syllables.length) throw new Error(`${correctionsFile}: ${word}`);
  return [word, syllables];
}).sort((a, b) => a[0].length - b[0].length);

function wordReadings(word) {
  const result = readings(word);
  for (const [part, syllables] of corrections) {
    for (let at = word.indexOf(part); at >= 0; at = word.indexOf(part, at + 1)) result.splice(at, part.length, ...syllables);
  }
  return result;
}

// Words and how often they occur; corrections and our own words count little.
const frequencies = new Map([...lines(ownWords), ...corrections.map(([word]) => word)].map((word) => [word, 10]));
for (const line of lines(dictionary)) {
  const [word, frequency] = line.split(' ');
  if (HAN.test(word)) frequencies.set(word, Number(frequency));
}
const words = new Map();
const shares = new Map(); // character -> syllable -> how often
for (const [word, frequency] of frequencies) {
  if (!HAN.test(word)) continue;
  const syllables = wordReadings(word);
  if (syllables.length !== word.length || syllables.includes(undefined)) continue;
  words.set(word, syllables);
  [...word].forEach((c, i) => {
    if (!shares.has(c)) shares.set(c, new Map());
    shares.get(c).set(syllables[i], (shares.get(c).get(syllables[i]) ?? 0) + frequency);
  });
}

// Common readings of each character, the most common first.
const common = new Map();
for (let code = FIRST; code <= LAST; ++code) {
  const c = String.fromCharCode(code);
  if (!HAN.test(c)) continue;
  const single = readings(c)[0];
  const counted = [...(shares.get(c) ?? [])].sort((a, b) => b[1] - a[1]);
  const total = counted.reduce((sum, [, n]) => sum + n, 0);
  const kept = counted.filter(([, n]) => n >= COMMON_SHARE * total).map(([syllable]) => syllable);
  if (kept.length === 0 && single) kept.push(single);
  if (kept.length > 0) common.set(c, kept.slice(0, READINGS_MAX));
}

// Exceptions, shortest words first: those that the characters and the shorter exceptions do not give.
const exceptions = new Map();
function derived(word) {
  const result = [];
  for (let at = 0; at < word.length;) {
    let length = word.length - at;
    while (length > 1 && !exceptions.has(word.substr(at, length))) --length;
    const part = word.substr(at, length);
    result.push(...(length > 1 ? exceptions.get(part) : [common.get(part)?.[0]]));
    at += length;
  }
  return result;
}
for (const [word, syllables] of [...words].sort((a, b) => a[0].length - b[0].length || (a[0] < b[0] ? -1 : 1))) {
  if (word.length > 1 && derived(word).join() !== syllables.join()) exceptions.set(word, syllables);
}

const names = ['', ...new Set([...common.values(), ...exceptions.values()].flat())].sort();
const id = new Map(names.map((name, i) => [name, i]));
// A list of readings by its text: how many are common, then all.
const lists = new Map([['0', 0]]);
const listOf = new Uint16Array(LAST + 1 - FIRST);
const inWords = new Map();
for (const [word, syllables] of exceptions) {
  [...word].forEach((c, i) => inWords.set(c, (inWords.get(c) ?? new Set()).add(syllables[i])));
}
for (const [c, syllables] of common) {
  const all = [...new Set([...syllables, ...(inWords.get(c) ?? [])])].slice(0, READINGS_MAX);
  const key = [syllables.length, ...all].join();
  if (!lists.has(key)) lists.set(key, lists.size);
  listOf[c.charCodeAt(0) - FIRST] = lists.get(key);
}
const u32 = (numbers) => Buffer.from(Uint32Array.from(numbers).buffer);
const u16 = (numbers) => Buffer.from(Uint16Array.from(numbers).buffer);
const begins = [0];
for (const syllables of exceptions.values()) begins.push(begins.at(-1) + syllables.length);
const pool = [...exceptions.values()].flat().map((name) => id.get(name));
if (pool.length % 2 === 1) pool.push(0);
const listPool = [...lists.keys()].flatMap((key) => {
  const [count, ...all] = key.split(',');
  return [Number(count), ...all.map((name) => id.get(name)), ...Array(READINGS_MAX - all.length).fill(0)];
});
fs.writeFileSync(out, Buffer.concat([
  u32([0x31504a4b, names.length, lists.size, exceptions.size]),
  Buffer.from(names.map((name) => name.padEnd(8, '\0')).join(''), 'latin1'),
  u16(listOf), u16(listPool), u32(begins), u16(pool),
  packTrie(new Map([...exceptions.keys()].map((word, i) => [word, i + 1]))),
]));
