// Lengths of time as people say them, and instants from fields of dates. All local times are the hotline's: UTC+8.
import {timestampDate, timestampFromDate, type Timestamp} from '@bufbuild/protobuf/wkt';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UTC8_MS = 8 * HOUR_MS;

export interface Span {
  n: number;
  unit: 'minutes' | 'hours' | 'days';
}

// One figure, rounded down: what is left must not look longer than it is.
export function span(ms: number): Span {
  if (ms < HOUR_MS) return {n: Math.floor(ms / MINUTE_MS), unit: 'minutes'};
  if (ms < 2 * DAY_MS) return {n: Math.floor(ms / HOUR_MS), unit: 'hours'};
  return {n: Math.floor(ms / DAY_MS), unit: 'days'};
}

// "2026-11-26" or "2026-11-26T08:30" of a field -> the instant; empty -> none.
export function instantOf(field: string): Timestamp | undefined {
  if (!field) return undefined;
  const text = field.length === 10 ? `${field}T00:00` : field;
  const date = new Date(`${text}:00+08:00`);
  return Number.isNaN(date.getTime()) ? undefined : timestampFromDate(date);
}

// The day after the last one: the first instant at which it holds no more.
export function endOfDay(field: string): Timestamp | undefined {
  const begin = instantOf(field.slice(0, 10));
  return begin && timestampFromDate(new Date(timestampDate(begin).getTime() + DAY_MS));
}

const local = (time: Timestamp) => new Date(timestampDate(time).getTime() + UTC8_MS).toISOString();

export const dayField = (time: Timestamp | undefined) => time ? local(time).slice(0, 10) : '';
export const momentField = (time: Timestamp | undefined) => time ? local(time).slice(0, 16) : '';

// The last day on which something holds that ends at `time`.
export function lastDayField(time: Timestamp | undefined): string {
  return time ? dayField(timestampFromDate(new Date(timestampDate(time).getTime() - 1))) : '';
}
