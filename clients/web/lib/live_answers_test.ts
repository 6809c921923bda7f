import {create} from '@bufbuild/protobuf';
import {Code, ConnectError, createRouterTransport} from '@connectrpc/connect';
import {afterEach, expect, test} from 'vitest';

import {AnswerSchema} from '@/gen/hotline/answer/v1/answer_pb';
import {AnswerService, WatchAnswersResponse_Event as Event} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';

import {useTransport} from './calls';
import {LiveAnswers} from './live_answers';

let live: LiveAnswers;
afterEach(() => live.close());

// Collects what the listener hears until `enough` says so.
function hear(enough: (heard: string[]) => boolean): Promise<string[]> {
  return new Promise((resolve) => {
    const heard: string[] = [];
    const add = (line: string) => { heard.push(line); if (enough(heard)) resolve(heard); };
    live = new LiveAnswers({channel: Channel.WEB, region: ''}, {
      changed: (name, answer) => add(`changed ${name} ${answer.revision}`),
      withdrawn: (name, reason) => add(`withdrawn ${name} ${reason}`),
      state: (state) => { if (state === 'offline') add(state); },
    });
  });
}

test('a broken stream is resumed at its position, and nothing is told twice', async () => {
  const positions: bigint[] = [];
  useTransport(createRouterTransport(({service}) => service(AnswerService, {
    async *watchAnswers(request) {
      positions.push(request.afterKbRevision);
      if (positions.length === 1) {
        yield {event: Event.CURRENT, name: 'entries/a', kbRevision: 7n, answer: create(AnswerSchema, {revision: 1n})};
        throw new ConnectError('gone', Code.Unavailable);
      }
      yield {event: Event.WITHDRAWN, name: 'entries/a', kbRevision: 8n, withdrawalReason: 'RECALLED'};
    },
  })));
  const heard = hear((lines) => lines.some((line) => line.startsWith('withdrawn')));
  live.follow(['entries/a']);
  expect(await heard).toEqual(['changed entries/a 1', 'offline', 'withdrawn entries/a RECALLED']);
  expect(positions.slice(0, 2)).toEqual([0n, 7n]);
});

test('after a reset, what is not said any more counts as withdrawn', async () => {
  useTransport(createRouterTransport(({service}) => service(AnswerService, {
    async *watchAnswers() {
      yield {event: Event.RESET, kbRevision: 9n};
      yield {event: Event.CURRENT, name: 'entries/a', kbRevision: 9n, answer: create(AnswerSchema, {revision: 2n})};
      yield {event: Event.HEARTBEAT, kbRevision: 9n};
    },
  })));
  const heard = hear((lines) => lines.length === 2);
  live.follow(['entries/a', 'entries/b']);
  expect(await heard).toEqual(['changed entries/a 2', 'withdrawn entries/b ']);
});
