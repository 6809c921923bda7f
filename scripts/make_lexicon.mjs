// Makes the word list of the segmenter: node scripts/make_lexicon.mjs DICTIONARY OWN_WORDS OUT
//
// DICTIONARY: lines `word frequency tag` (the dictionary of cppjieba, from the npm package nodejieba).
// OWN_WORDS: lines with a word each, `#` begins a comment; made at least as probable as their parts.
// OUT: double_array.mjs; the value of a word is 1 + round(-ln(probability) * 3000).
import fs from 'node:fs';

import { packTrie } from './double_array.mjs';

const SCALE = 3000; // services/text/lexicon.cc has it too
const OWN_FREQUENCY_MIN = 20;
const WORD_CHARACTERS_MAX = 16;

const [dictionary, ownWords, out] = process.argv.slice(2);
const fold = (word) => word.normalize('NFKC').toLowerCase();

const frequencies = new Map();
for (const line of fs.readFileSync(dictionary, 'utf8').split('\n')) {
  const [word, frequency] = line.split(' ');
  // Signs separate words in folded text; words outside the basic plane are too rare to keep.
  if (!frequency || !/^[\p{L}\p{N}]+$/u.test(word) || /[\ud800-\udfff]/.test(word)) continue;
  if (/^[\x00-\x7f]+$/.test(word)) continue; // letters and digits are runs of their own
  const folded = fold(word);
  if ([...folded].length > WORD_CHARACTERS_MAX) continue;
  frequencies.set(folded, (frequencies.get(folded) ?? 0) + Number(frequency));
}
const total = [...frequencies.values()].reduce((sum, n) => sum + n, 0);

// ln of the probability of the best way to cut a word into words of the dictionary.
function bestCut(word) {
  const characters = [...word];
  const best = [0];
  for (let end = 1; end <= characters.length; ++end) {
    best[end] = best[end - 1] + Math.log(1 / total);
    for (let begin = 0; begin < end; ++begin) {
      const frequency = frequencies.get(characters.slice(begin, end).join(''));
      if (frequency) best[end] = Math.max(best[end], best[begin] + Math.log(frequency / total));
    }
  }
  return best[characters.length];
}

const own = fs.readFileSync(ownWords, 'utf8').split('\n').map((line) => line.replace(/#.*/, '').trim()).filter(Boolean);
const added = new Map(own.map((word) => [fold(word),
  Math.max(OWN_FREQUENCY_MIN, Math.ceil(1.5 * total * Math.exp(bestCut(fold(word)))))]));
for (const [word, frequency] of added) frequencies.set(word, Math.max(frequency, frequencies.get(word) ?? 0));

const values = new Map();
for (const [word, frequency] of frequencies) {
  values.set(word, Math.min(65535, 1 + Math.round(-Math.log(Math.max(1, frequency) / total) * SCALE)));
}
fs.writeFileSync(out, packTrie(values));
