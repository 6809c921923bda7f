// What an agent reports in two keys: that an answer is wrong, that there is none.
import {ref, shallowRef} from 'vue';

import type {Answer} from '@/gen/hotline/answer/v1/answer_pb';
import {Correction_Fault as Fault, Correction_Reporter as Reporter} from '@/gen/hotline/insight/v1/correction_pb';
import {CorrectionService} from '@/gen/hotline/insight/v1/correction_service_pb';
import {GapService} from '@/gen/hotline/insight/v1/gap_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {problemOf, type Problem} from '@/lib/problem';
import {newRequestId} from '@/lib/request_id';

import type {Call} from './call';
import type {Connection} from './connection';

// In the order of the keys 1 to 6.
export const FAULTS = [Fault.WRONG, Fault.OUTDATED, Fault.INCOMPLETE, Fault.UNCLEAR, Fault.BROKEN_CONTACT, Fault.OTHER] as const;

// One form: sends, keeps what was typed when it fails, and repeats with the same id.
function useForm<Result>(connection: Connection) {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let requestId = newRequestId();

  async function send(call: (requestId: string) => Promise<Result>): Promise<Result | null> {
    if (busy.value) return null;
    busy.value = true;
    problem.value = null;
    try {
      const result = await call(requestId);
      requestId = newRequestId();
      return result;
    } catch (cause) {
      problem.value = problemOf(cause);
      connection.met(problem.value);
      // What was refused was not written; other words are another request.
      if (!problem.value.unknownOutcome) requestId = newRequestId();
      return null;
    } finally {
      busy.value = false;
    }
  }

  return {busy, problem, send, begin: (): void => { problem.value = null; requestId = newRequestId(); }};
}

export function useReports(call: Call, connection: Connection) {
  const correction = useForm<string>(connection);
  const gap = useForm<{opened: boolean}>(connection);
  return {
    correction, gap,
    // Gives the code by which the reporter may ask.
    reportCorrection: (answer: Answer, fault: Fault, report: string): Promise<string | null> =>
      correction.send(async (requestId) => (await clientOf(CorrectionService).reportCorrection({
        entry: answer.entry, revision: answer.revision, fault, report, channel: Channel.AGENT, reporter: Reporter.AGENT,
        region: call.state.region, requestId})).code),
    reportGap: (question: string, entry: string): Promise<{opened: boolean} | null> =>
      gap.send(async (requestId) => ({opened: (await clientOf(GapService).reportGap(
        {question, channel: Channel.AGENT, region: call.state.region, entry, requestId})).opened})),
  };
}

export type Reports = ReturnType<typeof useReports>;
