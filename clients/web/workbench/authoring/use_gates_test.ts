import {create} from '@bufbuild/protobuf';
import {createRouterTransport} from '@connectrpc/connect';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {effectScope, nextTick, reactive} from 'vue';

import {CheckContentResponseSchema, CheckService} from '@/gen/hotline/knowledge/v1/check_service_pb';
import {useTransport} from '@/lib/calls';

import {useGates} from './use_gates';
import {emptyText} from './working_text';

// A service that answers when it is told to, and notes what became of each check.
interface Check {
  question: string;
  aborted: boolean;
  answer: () => void;
}
let checks: Check[] = [];

beforeEach(() => {
  checks = [];
  vi.useFakeTimers();
  useTransport(createRouterTransport(({service}) => service(CheckService, {
    checkContent: (request, context) => new Promise((resolve) => {
      const check: Check = {question: request.content?.question ?? '', aborted: false,
        answer: () => resolve(create(CheckContentResponseSchema, {findings: [{id: request.content?.question}]}))};
      context.signal.addEventListener('abort', () => { check.aborted = true; });
      checks.push(check);
    })})));
});
afterEach(() => { vi.useRealTimers(); });

const later = async (ms: number) => {
  await nextTick();
  await vi.advanceTimersByTimeAsync(ms);
};

test('typing asks once, when it pauses; a newer text ends the check of an older one', async () => {
  const text = reactive(emptyText());
  const scope = effectScope();
  const gates = scope.run(() => useGates(() => text, () => 'entries/x', () => text))!;
  for (const question of ['高', '高龄', '高龄津']) {
    text.question = question;
    await later(100);
  }
  expect(checks).toEqual([]);
  expect(gates.checking.value).toBe(true);
  await later(400);
  expect(checks.map((check) => check.question)).toEqual(['高龄津']);
  text.question = '高龄津贴';
  await later(500);
  expect(checks[0]!.aborted).toBe(true);
  checks[1]!.answer();
  await later(0);
  checks[0]!.answer();
  await later(0);
  expect(gates.result.value?.findings[0]?.id).toBe('高龄津贴');
  expect(gates.checking.value).toBe(false);
  scope.stop();
});

test('leaving the page ends the check', async () => {
  const text = reactive(emptyText());
  const scope = effectScope();
  scope.run(() => useGates(() => text, () => '', () => text));
  await later(500);
  scope.stop();
  await later(0);
  expect(checks.map((check) => check.aborted)).toEqual([true]);
});
