// What an agent reports in two keys: that an answer is wrong, that there is none.
import type {Answer} from '@/gen/hotline/answer/v1/answer_pb';
import {Correction_Fault as Fault, Correction_Reporter as Reporter} from '@/gen/hotline/insight/v1/correction_pb';
import {CorrectionService} from '@/gen/hotline/insight/v1/correction_service_pb';
import {GapService} from '@/gen/hotline/insight/v1/gap_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {useWrite} from '@/ui/use_write';

import type {Call} from './call';
import type {Connection} from './connection';

// In the order of the keys 1 to 6.
export const FAULTS = [Fault.WRONG, Fault.OUTDATED, Fault.INCOMPLETE, Fault.UNCLEAR, Fault.BROKEN_CONTACT, Fault.OTHER] as const;

export function useReports(call: Call, connection: Connection) {
  const correction = useWrite(connection.met);
  const gap = useWrite(connection.met);
  return {
    correction, gap,
    // Gives the code by which the reporter may ask.
    reportCorrection: (answer: Answer, fault: Fault, report: string): Promise<string | undefined> =>
      correction.write(JSON.stringify([answer.entry, fault, report]), async (requestId) =>
        (await clientOf(CorrectionService).reportCorrection({
          entry: answer.entry, revision: answer.revision, fault, report, channel: Channel.AGENT, reporter: Reporter.AGENT,
          region: call.state.region, requestId})).code),
    reportGap: (question: string, entry: string): Promise<{opened: boolean} | undefined> =>
      gap.write(JSON.stringify([question, entry]), async (requestId) => ({opened: (await clientOf(GapService).reportGap(
        {question, channel: Channel.AGENT, region: call.state.region, entry, requestId})).opened})),
  };
}

export type Reports = ReturnType<typeof useReports>;
