import {afterEach, beforeEach, expect, test, vi} from 'vitest';

import {LiveAnswers, type LiveState} from './live';
import {Service} from './service';
import type {WatchEvent} from './types';

// A stream that the test speaks on.
class Stream {
  static readonly CLOSED = 2;
  static readonly OPEN = 1;
  static opened: Stream[] = [];
  readyState = 0;
  onopen?: () => void;
  onmessage?: (event: {data: string; lastEventId: string}) => void;
  onerror?: () => void;

  constructor(readonly url: string) {
    Stream.opened.push(this);
  }

  addEventListener(): void {}

  close(): void {
    this.readyState = Stream.CLOSED;
  }

  say(event: WatchEvent): void {
    this.onmessage?.({data: JSON.stringify(event), lastEventId: event.kbRevision ?? ''});
  }
}

const query = (stream: Stream) => new URL(stream.url).searchParams;
const newest = (): Stream => Stream.opened.at(-1)!;
let told: string[] = [];
let states: LiveState[] = [];

function follow(): LiveAnswers {
  const live = new LiveAnswers(new Service('https://gateway.example', 'WEB'), {region: '440300', language: 'ZH_CN'}, '7', {
    changed: (answer) => told.push(`changed ${answer.entry}`),
    withdrawn: (entry, reason) => told.push(`withdrawn ${entry} ${reason}`),
    state: (state) => states.push(state),
  });
  live.add('entries/a', '7');
  return live;
}

beforeEach(() => {
  told = [];
  states = [];
  Stream.opened = [];
  vi.stubGlobal('EventSource', Stream);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('watches from the position at which the answer was read, in its scope', () => {
  follow();
  expect(Object.fromEntries(query(newest()))).toEqual({
    channel: 'WEB', rendering: 'HTML', language: 'ZH_CN', names: 'entries/a', region: '440300', after_kb_revision: '7'});
});

test('one more entry joins the stream, from the older of both positions', () => {
  const live = follow();
  newest().say({event: 'HEARTBEAT', kbRevision: '20'});
  live.add('entries/b', '15');
  expect(Stream.opened[0]!.readyState).toBe(Stream.CLOSED);
  expect(query(newest()).getAll('names')).toEqual(['entries/a', 'entries/b']);
  expect(query(newest()).get('after_kb_revision')).toBe('15');
});

test('tells changes and withdrawals', () => {
  follow();
  newest().say({event: 'CHANGED', name: 'entries/a', answer: {entry: 'entries/a'}, kbRevision: '8'});
  newest().say({event: 'WITHDRAWN', name: 'entries/a', withdrawalReason: 'RECALLED', kbRevision: '9'});
  expect(told).toEqual(['changed entries/a', 'withdrawn entries/a RECALLED']);
});

test('after RESET, what is not told before the heartbeat is gone', () => {
  const live = follow();
  live.add('entries/b', '7');
  newest().say({event: 'RESET', kbRevision: '30'});
  newest().say({event: 'CURRENT', name: 'entries/b', answer: {entry: 'entries/b'}, kbRevision: '30'});
  newest().say({event: 'HEARTBEAT', kbRevision: '30'});
  newest().say({event: 'HEARTBEAT', kbRevision: '30'});
  expect(told).toEqual(['changed entries/b', 'withdrawn entries/a ']);
});

test('a stream that is silent for too long is opened anew, from where it was', () => {
  follow();
  newest().onopen?.();
  newest().say({event: 'HEARTBEAT', kbRevision: '12'});
  vi.advanceTimersByTime(24_000);
  expect(Stream.opened.length).toBe(1);
  vi.advanceTimersByTime(3_000);
  expect(Stream.opened.length).toBe(2);
  expect(query(newest()).get('after_kb_revision')).toBe('12');
  expect(states).toContain('offline');
});

test('a stream that the browser gave up is opened anew, with growing waits', () => {
  follow();
  const waits = [0, 1, 2].map(() => {
    const count = Stream.opened.length;
    newest().readyState = Stream.CLOSED;
    newest().onerror?.();
    let waited = 0;
    while (Stream.opened.length === count) {
      vi.advanceTimersByTime(100);
      waited += 100;
    }
    return waited;
  });
  expect(waits[0]).toBeLessThanOrEqual(1_500);
  expect(waits[2]).toBeGreaterThanOrEqual(2_000);
  expect(waits[2]).toBeLessThanOrEqual(6_000);
});

test('a stream that was put to sleep goes on from its position', () => {
  const live = follow();
  newest().say({event: 'HEARTBEAT', kbRevision: '12'});
  live.close();
  vi.advanceTimersByTime(600_000);
  expect(Stream.opened.length).toBe(1);
  live.hurry();
  expect(query(newest()).get('after_kb_revision')).toBe('12');
});

test('an answer marked stale by the service is so told', () => {
  follow();
  newest().say({event: 'HEARTBEAT', kbRevision: '12', freshness: {stale: true}});
  expect(states.at(-1)).toBe('stale');
});

test('nothing to follow, no stream', () => {
  const live = follow();
  live.remove('entries/a');
  expect(newest().readyState).toBe(Stream.CLOSED);
  live.hurry();
  expect(Stream.opened.length).toBe(1);
});
