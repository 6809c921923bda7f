import {expect, test} from 'vitest';

import {piecesOf} from './highlights';

const marked = (text: string, ranges: {begin: number; end: number}[]) =>
  piecesOf(text, ranges).map((piece) => piece.hit ? `[${piece.text}]` : piece.text).join('');

test('marks are set by code points, not by UTF-16', () => {
  expect(marked('𠮷野家在哪', [{begin: 1, end: 3}])).toBe('𠮷[野家]在哪');
});

test('overlaps and ends beyond the text lose nothing', () => {
  expect(marked('高龄津贴怎么申请', [{begin: 2, end: 4}, {begin: 0, end: 3}, {begin: 6, end: 99}])).toBe('[高龄津][贴]怎么[申请]');
  expect(marked('没有', [])).toBe('没有');
});
