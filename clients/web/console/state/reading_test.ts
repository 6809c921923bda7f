import {create} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';

import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import {ChangeKind, EntryChangeSchema} from '@/gen/hotline/insight/v1/reading_pb';
import {ReadingService} from '@/gen/hotline/insight/v1/reading_service_pb';

import {useReading} from './reading';
import {inScope, makeWorld, serve} from './testing';

const scope = inScope();
const make = () => scope.run(() => useReading(makeWorld().connection));
const html = (text: string) => `<section data-type="CONCLUSION"><h3>结论</h3><p>${text}</p></section>`;

test('what must be read is counted, and confirmed by its position', async () => {
  const confirmed: string[] = [];
  serve(({service}) => service(ReadingService, {
    listReadingItems: () => ({pendingCount: 2 - confirmed.length,
      items: [{change: {entry: 'entries/a', kbRevision: 9n}, mustRead: true}]}),
    acknowledgeItems(request) {
      confirmed.push(...request.items.map((item) => `${item.entry}@${item.kbRevision}`));
      return {pendingCount: 1};
    },
  }));
  const reading = make();
  await reading.look();
  expect(reading.pending.value).toBe(2);
  expect(await reading.acknowledge(reading.items.value)).toBe(true);
  expect(confirmed).toEqual(['entries/a@9']);
  expect(reading.pending.value).toBe(1);
});

test('a confirmation that did not arrive is not shown as one', async () => {
  serve(({service}) => service(ReadingService, {
    listReadingItems: () => ({pendingCount: 1, items: [{change: {entry: 'entries/a', kbRevision: 9n}, mustRead: true}]}),
    acknowledgeItems() { throw new ConnectError('gone', Code.Unavailable); },
  }));
  const reading = make();
  await reading.look();
  expect(await reading.acknowledge(reading.items.value)).toBe(false);
  expect(reading.pending.value).toBe(1);
  expect(reading.ackProblem.value!.reason).toBe('OFFLINE');
});

test('a change is shown between the positions before and at it; a recall has no text after', async () => {
  serve(({service}) => service(AnswerService, {
    getAnswer: (request) => ({answer: {question: '怎么办？', html: html(request.asOfKbRevision === 8n ? '满80岁' : '满75岁')}}),
  }));
  const reading = make();
  const change = {entry: 'entries/a', kbRevision: 9n, previousRevision: 1n};
  await reading.compare(create(EntryChangeSchema, {...change, kind: ChangeKind.REVISED, revision: 2n}));
  expect(reading.changes.value).toMatchObject([{before: '满80岁', after: '满75岁'}]);
  await reading.compare(create(EntryChangeSchema, {...change, kind: ChangeKind.RECALLED, revision: 0n}));
  expect(reading.changes.value).toMatchObject([{part: 'CONCLUSION', before: '满80岁', after: ''}]);
});
