import {expect, test} from 'vitest';

import {mergeSet, mergeText, mergeValue, sentences} from './three_way';

test('one change wins, two equal ones are one, two different ones clash', () => {
  expect(mergeValue('a', 'a', 'b')).toEqual({value: 'b', clash: false});
  expect(mergeValue('a', 'b', 'a')).toEqual({value: 'b', clash: false});
  expect(mergeValue('a', 'b', 'b')).toEqual({value: 'b', clash: false});
  expect(mergeValue('a', 'b', 'c')).toEqual({value: 'c', clash: true});
});

test('lists keep what either added and lose what either removed', () => {
  expect(mergeSet(['a', 'b', 'c'], ['a', 'x', 'c'], ['a', 'b', 'c', 'y'])).toEqual(['a', 'x', 'c', 'y']);
  expect(mergeSet([], ['a'], ['a'])).toEqual(['a']);
  expect(mergeSet(['a', 'b'], ['a'], ['b', 'a'])).toEqual(['a']);
});

test('changes in different sentences go together', () => {
  const base = '每月260元。十个工作日办结。电话12345。';
  const merged = mergeText(base, '每月300元。十个工作日办结。电话12345。', '每月260元。十个工作日办结。电话0755-1。');
  expect(merged).toEqual({value: '每月300元。十个工作日办结。电话0755-1。', clash: false});
});

test('changes in one sentence clash and keep mine', () => {
  expect(mergeText('每月260元。', '每月300元。', '每月280元。')).toEqual({value: '每月280元。', clash: true});
});

test('two insertions at one place clash, at different places they do not', () => {
  expect(mergeText('甲。乙。', '甲。一。乙。', '甲。二。乙。').clash).toBe(true);
  expect(mergeText('甲。乙。丙。', '零。甲。乙。丙。', '甲。乙。丙。丁。')).toEqual({value: '零。甲。乙。丙。丁。', clash: false});
});

test('the same change by both beside another one', () => {
  expect(mergeText('甲。乙。丙。', '甲一。乙。丙。', '甲一。乙。丙一。')).toEqual({value: '甲一。乙。丙一。', clash: false});
});

test('no character is lost by cutting', () => {
  for (const text of ['', '一', '一。二\n\n三；', '\n', '。。']) expect(sentences(text).join('')).toBe(text);
});

// Random edits of different sentences by two people: everything that either wrote is in the merge, or it is a clash.
test('nothing that was written gets lost', () => {
  let seed = 7;
  const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 500; round++) {
    const base = Array.from({length: 6}, (_, i) => `句${i}。`);
    const edit = (mark: string) => base.flatMap((sentence, i) => {
      const what = random(8);
      return what === 0 ? [`${mark}改${i}。`] : what === 1 ? [sentence, `${mark}加${i}。`] : [sentence];
    });
    const theirs = edit('他');
    const mine = edit('我');
    const merged = mergeText(base.join(''), theirs.join(''), mine.join(''));
    if (merged.clash) {
      expect(merged.value).toBe(mine.join(''));
      continue;
    }
    for (const sentence of [...theirs, ...mine].filter((s) => /他|我/.test(s))) expect(merged.value).toContain(sentence);
  }
});
