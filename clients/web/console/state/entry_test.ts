import {create, type MessageInitShape} from '@bufbuild/protobuf';
import {timestampDate} from '@bufbuild/protobuf/wkt';
import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';

import {AnswerSchema, RegionMatch, Rendering, type Answer} from '@/gen/hotline/answer/v1/answer_pb';
import {AnswerService, WatchAnswersResponse_Event as Event} from '@/gen/hotline/answer/v1/answer_service_pb';
import type {GetAnswerRequest, WatchAnswersResponse} from '@/gen/hotline/answer/v1/answer_service_pb';
import type {WatchAnswersResponseSchema} from '@/gen/hotline/answer/v1/answer_service_pb';

import {makeCall} from './call';
import {useEntry} from './entry';
import {makeSeen} from './seen';
import {inScope, makeWorld, serve, until} from './testing';

const scope = inScope();
const ENTRY = 'entries/a';

const said = (revision: number, text: string, kb: number, more: MessageInitShape<typeof AnswerSchema> = {}) => create(AnswerSchema, {
  entry: ENTRY, revision: BigInt(revision), kbRevision: BigInt(kb), contentHash: `sha256:${text}`, question: '怎么办？', region: more.region ?? '440300',
  html: `<section data-type="CONCLUSION"><h3>结论</h3><p>${text}</p></section>`,
  regionMatch: more.regionMatch, regionNote: more.regionNote, historical: more.historical});

const make = () => scope.run(() => {
  const world = makeWorld();
  const call = makeCall('people/li');
  const seen = makeSeen(() => 'people/li');
  return {...world, call, seen, entry: useEntry(call, world.connection, world.live, seen)};
});

type Told = MessageInitShape<typeof WatchAnswersResponseSchema>;

// Answers as `get` says; the stream tells what is pushed into it.
function serveAnswers(get: (request: GetAnswerRequest) => Answer) {
  const told: Told[] = [];
  let wake = () => {};
  serve(({service}) => service(AnswerService, {
    getAnswer: (request) => ({answer: get(request)}),
    async *watchAnswers(): AsyncGenerator<WatchAnswersResponse | Told> {
      for (let i = 0; ; ++i) {
        while (i >= told.length) await new Promise<void>((resolve) => { wake = resolve; });
        yield told[i]!;
      }
    },
  }));
  return (event: Told) => { told.push(event); wake(); };
}

test('it is read for agents, in parts, for the caller’s region', async () => {
  const requests: GetAnswerRequest[] = [];
  serveAnswers((request) => { requests.push(request); return said(1, '甲', 5); });
  const {entry, call} = make();
  call.chooseRegion('440305');
  await entry.open(ENTRY);
  expect(entry.answer.value!.revision).toBe(1n);
  expect(requests[0]).toMatchObject({name: ENTRY, region: '440305', rendering: Rendering.HTML});
  expect(entry.sayable.value).toBe(true);
});

test('an entry of another region is shown as one', async () => {
  serveAnswers((request) => {
    if (request.region) throw new ConnectError('not here', Code.NotFound);
    return said(1, '甲', 5, {region: '310000'});
  });
  const {entry, call} = make();
  call.chooseRegion('440305');
  await entry.open(ENTRY);
  expect(entry.elsewhere.value).toBe(true);
  expect(entry.problem.value).toBeNull();
});

test('a release under the reader leaves the old text struck, and says what is new', async () => {
  const tell = serveAnswers(() => said(1, '满80岁', 5, {regionMatch: RegionMatch.INHERITED, regionNote: '南山区暂无单独答复'}));
  const {entry} = make();
  await entry.open(ENTRY);
  tell({event: Event.CHANGED, name: ENTRY, kbRevision: 6n, answer: said(2, '满78岁', 6)});
  await until(() => entry.turn.value !== null);
  tell({event: Event.CHANGED, name: ENTRY, kbRevision: 7n, answer: said(3, '满75岁', 7)});
  await until(() => entry.answer.value?.revision === 3n);
  expect(entry.turn.value!.before.revision).toBe(1n);
  expect(entry.turn.value!.changes).toMatchObject([{part: 'CONCLUSION', before: '满80岁', after: '满75岁'}]);
  expect(entry.answer.value!.regionNote).toBe('南山区暂无单独答复');
  entry.accept();
  expect(entry.turn.value).toBeNull();
});

test('a basis that lapsed makes the same text doubtful, not new', async () => {
  const tell = serveAnswers(() => said(1, '满80岁', 5));
  const {entry} = make();
  await entry.open(ENTRY);
  const doubtful = said(1, '满80岁', 6);
  doubtful.suspect = true;
  tell({event: Event.CHANGED, name: ENTRY, kbRevision: 6n, answer: doubtful});
  await until(() => entry.answer.value!.suspect);
  expect(entry.turn.value).toBeNull();
});

test('what was recalled may not be said any more, until something is said again', async () => {
  const tell = serveAnswers(() => said(1, '满80岁', 5));
  const {entry} = make();
  await entry.open(ENTRY);
  tell({event: Event.WITHDRAWN, name: ENTRY, kbRevision: 6n, withdrawalReason: 'RECALLED'});
  await until(() => entry.turn.value?.kind === 'withdrawn');
  expect(entry.turn.value!.reason).toBe('RECALLED');
  expect(entry.sayable.value).toBe(false);
  entry.accept();
  expect(entry.sayable.value).toBe(false);
  tell({event: Event.CHANGED, name: ENTRY, kbRevision: 7n, answer: said(2, '满80岁', 7)});
  await until(() => entry.sayable.value);
  expect(entry.turn.value!.kind).toBe('changed');
});

test('what changed since this person saw it last is told from the text of then', async () => {
  serveAnswers((request) => request.asOfKbRevision === 5n ? said(1, '满80岁', 5) : said(2, '满75岁', 9));
  const {entry, seen} = make();
  seen.mark(ENTRY, {revision: '1', kbRevision: '5', hash: 'sha256:满80岁', at: 1});
  await entry.open(ENTRY);
  expect(entry.sinceSeen.value).toMatchObject([{before: '满80岁', after: '满75岁'}]);
  // Not yet seen: it is told again until the reader says so.
  expect(seen.of(ENTRY)!.revision).toBe('1');
  entry.accept();
  expect(seen.of(ENTRY)!.revision).toBe('2');
  await entry.open(ENTRY);
  expect(entry.sinceSeen.value).toBeNull();
});

test('another day is read on its own, is not followed, and is no answer for today', async () => {
  const requests: GetAnswerRequest[] = [];
  const tell = serveAnswers((request) => { requests.push(request); return said(1, '旧', 3, {historical: Boolean(request.asOfTime)}); });
  const {entry, call, seen} = make();
  call.chooseRegion('440305');
  await entry.open(ENTRY);
  await entry.showDay({kind: 'matter', day: '2026-03-15'});
  expect(timestampDate(requests.at(-1)!.matterTime!).toISOString()).toBe('2026-03-15T04:00:00.000Z');
  expect(requests.at(-1)!.region).toBe('');
  await entry.showDay({kind: 'said', day: '2026-03-15'});
  expect(timestampDate(requests.at(-1)!.asOfTime!).toISOString()).toBe('2026-03-15T15:59:59.000Z');
  expect(entry.sayable.value).toBe(false);
  const marked = seen.of(ENTRY);
  tell({event: Event.CHANGED, name: ENTRY, kbRevision: 9n, answer: said(9, '新', 9)});
  await entry.showToday();
  expect(seen.of(ENTRY)!.revision).toBe(marked!.revision);
  expect(entry.history.value).toBeNull();
});

test('today is asked for as now: the end of the day has no position yet', async () => {
  const times: Date[] = [];
  serveAnswers((request) => { if (request.asOfTime) times.push(timestampDate(request.asOfTime)); return said(1, '甲', 3); });
  const {entry} = make();
  await entry.open(ENTRY);
  await entry.showDay({kind: 'said', day: '2999-01-01'});
  expect(times[0]!.getTime()).toBeLessThanOrEqual(Date.now());
});

test('what somebody else at this desk saw is not what I saw', () => {
  let person = 'people/li';
  const seen = makeSeen(() => person);
  seen.mark(ENTRY, {revision: '1', kbRevision: '5', hash: 'h', at: 1});
  person = 'people/wang';
  expect(seen.of(ENTRY)).toBeNull();
});
