import {create} from '@bufbuild/protobuf';
import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';

import {AnswerSchema} from '@/gen/hotline/answer/v1/answer_pb';
import {Correction_Fault as Fault, Correction_Reporter as Reporter} from '@/gen/hotline/insight/v1/correction_pb';
import {CorrectionService, type ReportCorrectionRequest} from '@/gen/hotline/insight/v1/correction_service_pb';
import {GapService, type ReportGapRequest} from '@/gen/hotline/insight/v1/gap_service_pb';

import {makeCall} from './call';
import {useReports} from './reports';
import {inScope, makeWorld, serve} from './testing';

const scope = inScope();
const make = () => scope.run(() => {
  const call = makeCall('people/li');
  return {call, reports: useReports(call, makeWorld().connection)};
});

test('a correction is bound to the revision on the screen and comes from an agent', async () => {
  const asked: ReportCorrectionRequest[] = [];
  serve(({service}) => service(CorrectionService, {reportCorrection(request) { asked.push(request); return {code: '123456789012'}; }}));
  const {call, reports} = make();
  call.chooseRegion('440305');
  const answer = create(AnswerSchema, {entry: 'entries/a', revision: 4n});
  expect(await reports.reportCorrection(answer, Fault.OUTDATED, '已失效')).toBe('123456789012');
  expect(asked[0]).toMatchObject({entry: 'entries/a', revision: 4n, fault: Fault.OUTDATED, reporter: Reporter.AGENT, report: '已失效',
    region: '440305'});
});

test('a gap that failed on the way is repeated as the same one; the next one is another', async () => {
  const asked: ReportGapRequest[] = [];
  serve(({service}) => service(GapService, {reportGap(request) {
    asked.push(request);
    if (asked.length === 1) throw new ConnectError('gone', Code.Unavailable);
    return {opened: true};
  }}));
  const {reports} = make();
  expect(await reports.reportGap('养蜂补贴？', '')).toBeUndefined();
  expect(reports.gap.problem.value!.reason).toBe('OFFLINE');
  expect(await reports.reportGap('养蜂补贴？', '')).toEqual({opened: true});
  await reports.reportGap('养鸽补贴？', 'entries/a');
  expect(asked[1]!.requestId).toBe(asked[0]!.requestId);
  expect(asked[2]!.requestId).not.toBe(asked[0]!.requestId);
  expect(asked[2]!.entry).toBe('entries/a');
});
