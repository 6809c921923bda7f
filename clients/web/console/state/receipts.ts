// The proof of what was said: copying an answer leaves a receipt; a code that somebody reads out is resolved.
import {ref, shallowRef} from 'vue';

import type {Answer} from '@/gen/hotline/answer/v1/answer_pb';
import {ReceiptService, type GetReceiptResponse} from '@/gen/hotline/insight/v1/receipt_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {inFours} from '@/lib/formats';
import {problemOf, type Problem} from '@/lib/problem';
import {newRequestId} from '@/lib/request_id';
import {useCall} from '@/ui/use_call';

import type {Call, GivenReceipt} from './call';
import type {Connection} from './connection';

const TRIES = 3;

export function useReceipts(call: Call, connection: Connection) {
  const newest = shallowRef<GivenReceipt | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const giving = ref(false);

  // Records that the answer was said. The same text to the same caller is one receipt.
  async function give(answer: Answer): Promise<GivenReceipt | null> {
    const known = call.state.receipts.find((one) => one.entry === answer.entry && one.hash === answer.contentHash);
    if (known) return newest.value = known;
    giving.value = true;
    problem.value = null;
    const requestId = newRequestId();
    try {
      for (let tried = 1; ; ++tried) {
        try {
          const reply = await clientOf(ReceiptService).createReceipt({
            entry: answer.entry, revision: answer.revision, kbRevision: answer.kbRevision, contentHash: answer.contentHash,
            channel: Channel.AGENT, region: call.state.region, language: answer.language, requestId});
          const given = {code: inFours(reply.code), entry: answer.entry, question: answer.question,
            revision: String(answer.revision), hash: answer.contentHash, at: Date.now()};
          call.addReceipt(given);
          return newest.value = given;
        } catch (cause) {
          const met = problemOf(cause);
          // Whether it was written is not known: the same request finds the receipt that it made.
          if (met.unknownOutcome && met.reason !== 'OFFLINE' && tried < TRIES) continue;
          connection.met(met);
          problem.value = met;
          return null;
        }
      }
    } finally {
      giving.value = false;
    }
  }

  return {newest, problem, giving, give, forget: (): void => { newest.value = null; problem.value = null; }};
}

// What a code proves.
export function useReceiptLookUp(connection: Connection) {
  const asked = useCall((signal, code: string): Promise<GetReceiptResponse> =>
    clientOf(ReceiptService).getReceipt({name: code}, {signal}), connection.met);
  return {
    ...asked,
    async find(code: string): Promise<void> {
      asked.data.value = null;
      await asked.run(code);
    },
  };
}

export type Receipts = ReturnType<typeof useReceipts>;
