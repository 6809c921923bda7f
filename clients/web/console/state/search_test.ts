import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';

import {AnswerService, WatchAnswersResponse_Event as Event} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';

import {makeCall} from './call';
import {textOf} from './found';
import {asTyped, useSearch} from './search';
import {inScope, makeWorld, serve, until} from './testing';

const scope = inScope();

const make = () => scope.run(() => {
  const world = makeWorld();
  const call = makeCall('people/li');
  return {...world, call, search: useSearch(call, world.connection, world.live)};
});

const hit = (id: string, question: string) => ({entry: `entries/${id}`, question, snippet: `${question}的答复`});
const idle = async function* () { yield {event: Event.HEARTBEAT, kbRevision: 5n}; await new Promise(() => {}); };

test('hits and completions become one list: hits first for a text, completions first for letters', async () => {
  serve(({service}) => service(AnswerService, {
    search: () => ({hits: [hit('a', '高龄津贴怎么申请？'), hit('b', '津贴何时发？')], freshness: {kbRevision: 5n}}),
    suggest: () => ({suggestions: [{entry: 'entries/c', text: '高龄补贴', question: '高龄补贴是什么？'},
      {entry: 'entries/a', text: '老人津贴', question: '高龄津贴怎么申请？'}]}),
    watchAnswers: idle,
  }));
  const {search} = make();
  search.type('津贴');
  await until(() => search.list.value?.typed === '津贴');
  expect(search.list.value!.rows.map((row) => row.entry)).toEqual(['entries/a', 'entries/b', 'entries/c']);
  search.type("gao'ling");
  await until(() => search.list.value?.typed === 'gaoling');
  expect(search.list.value!.rows.map((row) => row.entry)).toEqual(['entries/c', 'entries/a', 'entries/b']);
  // The completion's place and wording, the hit's text.
  expect(textOf(search.list.value!.rows[1]!.matched)).toBe('老人津贴');
  expect(textOf(search.list.value!.rows[1]!.snippet)).toBe('高龄津贴怎么申请？的答复');
});

test('an older question that answers late does not replace a newer one', async () => {
  const late: (() => void)[] = [];
  const ended: string[] = [];
  serve(({service}) => service(AnswerService, {
    async search(request, context) {
      if (request.query === '居') {
        context.signal.addEventListener('abort', () => ended.push(request.query));
        await new Promise<void>((resolve) => late.push(resolve));
      }
      return {hits: [hit(request.query, request.query)]};
    },
    suggest: () => ({}),
    watchAnswers: idle,
  }));
  const {search} = make();
  search.type('居');
  await until(() => late.length === 1);
  search.type('居住');
  await until(() => search.list.value?.typed === '居住');
  expect(ended).toEqual(['居']);
  late[0]!();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(search.list.value!.typed).toBe('居住');
});

test('the call’s region and filters go with it, on the channel of agents; completions only where nothing is filtered', async () => {
  const asked: object[] = [];
  let completions = 0;
  serve(({service}) => service(AnswerService, {
    search(request) {
      asked.push({channel: request.channel, region: request.region, category: request.category, department: request.department});
      return {};
    },
    suggest: () => { ++completions; return {}; },
    watchAnswers: idle,
  }));
  const {search, call} = make();
  call.chooseRegion('440305');
  call.set({category: '民政', department: 'departments/minzheng'});
  search.type('津贴');
  await until(() => search.list.value !== null);
  expect(asked).toEqual([{channel: Channel.AGENT, region: '440305', category: '民政', department: 'departments/minzheng'}]);
  expect(completions).toBe(0);
});

test('what is listed is followed: a recall strikes it, a new text is said to be new', async () => {
  serve(({service}) => service(AnswerService, {
    search: () => ({hits: [hit('a', '甲'), hit('b', '乙')], freshness: {kbRevision: 5n}}),
    suggest: () => ({}),
    async *watchAnswers(request) {
      expect(request.names).toEqual(['entries/a', 'entries/b']);
      expect(request.afterKbRevision).toBe(5n);
      yield {event: Event.CHANGED, name: 'entries/a', kbRevision: 6n, answer: {entry: 'entries/a', question: '新甲'}};
      yield {event: Event.WITHDRAWN, name: 'entries/b', kbRevision: 7n, withdrawalReason: 'RECALLED'};
      await new Promise(() => {});
    },
  }));
  const {search} = make();
  search.type('甲乙');
  await until(() => search.list.value?.rows[1]?.change === 'withdrawn');
  expect(search.list.value!.rows.map((row) => [textOf(row.question), row.change])).toEqual([['新甲', 'changed'], ['乙', 'withdrawn']]);
});

test('the present state of all, told after a break, marks only what is another text', async () => {
  serve(({service}) => service(AnswerService, {
    search: () => ({hits: [{...hit('a', '甲'), contentHash: 'h1'}, {...hit('b', '乙'), contentHash: 'h2'}], freshness: {kbRevision: 5n}}),
    suggest: () => ({}),
    async *watchAnswers() {
      yield {event: Event.RESET, kbRevision: 9n};
      yield {event: Event.CURRENT, name: 'entries/a', kbRevision: 9n, answer: {entry: 'entries/a', question: '甲', contentHash: 'h1'}};
      yield {event: Event.CURRENT, name: 'entries/b', kbRevision: 9n, answer: {entry: 'entries/b', question: '乙', contentHash: 'h3'}};
      await new Promise(() => {});
    },
  }));
  const {search} = make();
  search.type('甲乙');
  await until(() => search.list.value?.rows[1]?.change === 'changed');
  expect(search.list.value!.rows[0]!.change).toBeUndefined();
});

test('without a service the list stays, and the text is asked for again when it is back', async () => {
  let gone = false;
  serve(({service}) => service(AnswerService, {
    search(request) {
      if (gone) throw new ConnectError('no connection', Code.Unavailable);
      return {hits: [hit('a', request.query)]};
    },
    suggest: () => ({}),
    watchAnswers: idle,
  }));
  const {search, connection} = make();
  search.type('津');
  await until(() => search.list.value?.typed === '津');
  gone = true;
  search.type('津贴');
  await until(() => search.problem.value !== null);
  expect(search.problem.value!.reason).toBe('OFFLINE');
  expect(search.list.value!.typed).toBe('津');
  expect(connection.down.value).toBe(true);
  gone = false;
  connection.hurry();
  await until(() => search.list.value?.typed === '津贴');
  expect(search.problem.value).toBeNull();
});

test('letters of an unfinished composition are put together', () => {
  expect(asTyped("gao'ling jin tie")).toBe('gaolingjintie');
  expect(asTyped('居住证 续签')).toBe('居住证 续签');
});
