import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';

import {AnswerService, AssistRequest_Utterance_Speaker as Speaker} from '@/gen/hotline/answer/v1/answer_service_pb';

import {useAssist} from './assist';
import {makeCall} from './call';
import {inScope, makeWorld, serve, until} from './testing';

const scope = inScope();
const make = () => scope.run(() => {
  const call = makeCall('people/li');
  return {call, assist: useAssist(call, makeWorld().connection)};
});

test('the transcript grows, is corrected in place, and leads to entries', async () => {
  serve(({service}) => service(AnswerService, {
    async *followAssist(request) {
      expect(request).toMatchObject({conversation: 'call-7', start: {region: '440305'}});
      yield {hits: [{entry: 'entries/a', question: '甲'}], confidence: 0.4,
        utterances: [{number: 1n, text: '我想问高龄金贴', speaker: Speaker.CALLER}, {number: 2n, text: '您好', speaker: Speaker.AGENT}]};
      yield {hits: [{entry: 'entries/b', question: '乙'}, {entry: 'entries/a', question: '甲'}], confidence: 0.9,
        utterances: [{number: 1n, text: '我想问高龄津贴', speaker: Speaker.CALLER, final: true}]};
      await new Promise(() => {});
    },
  }));
  const {call, assist} = make();
  call.chooseRegion('440305');
  assist.follow('call-7');
  await until(() => assist.confidence.value === 0.9);
  expect(assist.rows.value.map((row) => row.entry)).toEqual(['entries/b', 'entries/a']);
  expect(assist.lines.value.map((line) => [line.caller, line.text, line.final])).toEqual([
    [true, '我想问高龄津贴', true], [false, '您好', false]]);
  assist.follow('');
  expect(assist.state.value).toBe('off');
  expect(assist.lines.value).toEqual([]);
  expect(call.state.conversation).toBe('');
});

test('a server without it, and a person without the right, are told apart, and not asked again', async () => {
  let asked = 0;
  let code = Code.Unimplemented;
  serve(({service}) => service(AnswerService, {
    async *followAssist() { ++asked; yield* []; throw new ConnectError('no', code); },
  }));
  const {assist} = make();
  assist.follow('call-7');
  await until(() => assist.state.value === 'absent');
  code = Code.PermissionDenied;
  assist.follow('call-7');
  await until(() => assist.state.value === 'refused');
  expect(asked).toBe(2);
});

test('a name that no phone system would give is not asked for', () => {
  const {assist} = make();
  assist.follow('通话 7');
  expect(assist.state.value).toBe('wrong');
});

test('a broken stream comes back with the whole transcript', async () => {
  let asked = 0;
  serve(({service}) => service(AnswerService, {
    async *followAssist() {
      if (++asked === 1) throw new ConnectError('gone', Code.Unavailable);
      yield {utterances: [{number: 1n, text: '喂', speaker: Speaker.CALLER}]};
      await new Promise(() => {});
    },
  }));
  const {assist} = make();
  assist.follow('call-7');
  await until(() => assist.state.value === 'live');
  expect(assist.lines.value).toHaveLength(1);
});
