import {create} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';

import {ErrorInfoSchema} from '@/gen/google/rpc/error_details_pb';
import {AnswerSchema} from '@/gen/hotline/answer/v1/answer_pb';
import {ReceiptService, type CreateReceiptRequest} from '@/gen/hotline/insight/v1/receipt_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';

import {makeCall} from './call';
import {useReceipts} from './receipts';
import {inScope, makeWorld, serve} from './testing';

const scope = inScope();
const answer = create(AnswerSchema,
  {entry: 'entries/a', revision: 2n, kbRevision: 9n, contentHash: 'sha256:x', question: '怎么办？'});

const make = () => scope.run(() => {
  const {connection} = makeWorld();
  const call = makeCall('people/li');
  return {connection, call, receipts: useReceipts(call, connection)};
});

test('a receipt names the text that was on the screen, and is read in groups of four', async () => {
  let asked: CreateReceiptRequest | undefined;
  serve(({service}) => service(ReceiptService, {createReceipt(request) { asked = request; return {code: '483012965547'}; }}));
  const {call, receipts} = make();
  call.chooseRegion('440305');
  expect((await receipts.give(answer))!.code).toBe('4830 1296 5547');
  expect(asked).toMatchObject({entry: 'entries/a', revision: 2n, kbRevision: 9n, contentHash: 'sha256:x', region: '440305',
    channel: Channel.AGENT});
  expect(call.state.receipts).toHaveLength(1);
});

test('copying the same text twice in one call leaves one receipt; a new text leaves another', async () => {
  let made = 0;
  serve(({service}) => service(ReceiptService, {createReceipt: () => ({code: String(++made).repeat(12)})}));
  const {call, receipts} = make();
  await receipts.give(answer);
  await receipts.give(answer);
  expect(made).toBe(1);
  await receipts.give(create(AnswerSchema, {...answer, contentHash: 'sha256:a fact changed'}));
  call.renew();
  await receipts.give(answer);
  expect(made).toBe(3);
});

test('an unknown outcome is resolved by the same request', async () => {
  const ids: string[] = [];
  serve(({service}) => service(ReceiptService, {createReceipt(request) {
    ids.push(request.requestId);
    if (ids.length === 1) throw new ConnectError('unknown', Code.Unavailable, undefined,
      [{desc: ErrorInfoSchema, value: {reason: 'WRITE_OUTCOME_UNKNOWN', domain: 'hotline12345', metadata: {}}}]);
    return {code: '483012965547'};
  }}));
  const {receipts} = make();
  expect(await receipts.give(answer)).not.toBeNull();
  expect(new Set(ids).size).toBe(1);
  expect(ids).toHaveLength(2);
});

test('without a service there is no receipt, and that is said', async () => {
  serve(({service}) => service(ReceiptService, {createReceipt() { throw new ConnectError('gone', Code.Unavailable); }}));
  const {connection, receipts} = make();
  expect(await receipts.give(answer)).toBeNull();
  expect(receipts.problem.value!.reason).toBe('OFFLINE');
  expect(connection.down.value).toBe(true);
});
