import {timestampDate} from '@bufbuild/protobuf/wkt';
import {expect, test} from 'vitest';

import {dayField, endOfDay, instantOf, lastDayField, momentField, span} from './spans';

test('a span is one figure and never looks longer than it is', () => {
  expect(span(59 * 60_000 + 59_000)).toEqual({n: 59, unit: 'minutes'});
  expect(span(47.9 * 3_600_000)).toEqual({n: 47, unit: 'hours'});
  expect(span(71 * 3_600_000)).toEqual({n: 2, unit: 'days'});
});

test('fields of dates are days of the hotline', () => {
  expect(timestampDate(instantOf('2026-01-02')!).toISOString()).toBe('2026-01-01T16:00:00.000Z');
  expect(timestampDate(instantOf('2026-01-02T08:30')!).toISOString()).toBe('2026-01-02T00:30:00.000Z');
  expect(instantOf('')).toBeUndefined();
  expect(instantOf('2026-13-40')).toBeUndefined();
});

test('what lasts to the end of a day shows that day again', () => {
  const end = endOfDay('2026-06-30')!;
  expect(timestampDate(end).toISOString()).toBe('2026-06-30T16:00:00.000Z');
  expect(lastDayField(end)).toBe('2026-06-30');
  expect(dayField(end)).toBe('2026-07-01');
  expect(momentField(end)).toBe('2026-07-01T00:00');
});
