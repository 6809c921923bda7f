import {timestampFromDate} from '@bufbuild/protobuf/wkt';
import {expect, test} from 'vitest';

import {day, inFours, isoDay, lastDay} from './formats';

const at = (iso: string) => timestampFromDate(new Date(iso));

test('days are those of the hotline, wherever the browser is', () => {
  expect(day(at('2026-01-01T16:00:00Z'))).toBe('2026/01/02');
  expect(isoDay(new Date('2026-01-01T16:00:00Z'))).toBe('2026-01-02');
});

test('what ends at midnight held last on the day before', () => {
  expect(lastDay(at('2026-06-30T16:00:00Z'))).toBe('2026/06/30');
  expect(lastDay(at('2026-06-30T10:00:00Z'))).toBe('2026/06/30');
});

test('a receipt code is read in groups of four', () => {
  expect(inFours('123456789012')).toBe('1234 5678 9012');
  expect(inFours('1234 5678-9012')).toBe('1234 5678 9012');
});
