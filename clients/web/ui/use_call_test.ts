import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';
import {effectScope} from 'vue';

import {useCall} from './use_call';

// A call whose replies the test gives.
function asked() {
  const open: {resolve: (text: string) => void; reject: (cause: unknown) => void}[] = [];
  const met: string[] = [];
  const scope = effectScope();
  const call = scope.run(() => useCall((signal) => new Promise<string>((resolve, reject) => {
    open.push({resolve, reject});
    signal.addEventListener('abort', () => reject(new ConnectError('ended', Code.Canceled)));
  }), (problem) => met.push(problem.sentence)))!;
  return {open, met, scope, call};
}

test('a problem is told once; a call that was replaced tells nothing, not even of the problem before', async () => {
  const {open, met, call} = asked();
  const first = call.run();
  open[0]!.reject(new ConnectError('no', Code.NotFound));
  expect(await first).toBeUndefined();
  const second = call.run();
  const third = call.run();
  expect(await second).toBeUndefined();
  expect(met).toEqual(['no']);
  expect(call.loading.value).toBe(true);
  open[2]!.resolve('yes');
  expect(await third).toBe('yes');
  expect([call.problem.value, call.data.value, call.loading.value]).toEqual([null, 'yes', false]);
});

test('who leaves the screen ends the call', async () => {
  const {scope, call, met} = asked();
  const running = call.run();
  scope.stop();
  expect(await running).toBeUndefined();
  expect(met).toEqual([]);
});
