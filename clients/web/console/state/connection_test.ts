import {Code, ConnectError, createRouterTransport} from '@connectrpc/connect';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {effectScope, type EffectScope} from 'vue';

import {IdentityService} from '@/gen/hotline/identity/v1/identity_service_pb';
import {useTransport} from '@/lib/calls';
import {problemOf} from '@/lib/problem';
import {currentSession, signIn} from '@/lib/session';

import {useConnection} from './connection';

let scope: EffectScope;
beforeEach(() => { scope = effectScope(); vi.useFakeTimers(); });
afterEach(() => { scope.stop(); vi.useRealTimers(); });

const gone = problemOf(new TypeError('Failed to fetch'));

test('it asks until the service is back, then tells those who show old content, once', async () => {
  let answers = 0;
  const probe = () => ++answers < 4 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve();
  const back = vi.fn();
  const connection = scope.run(() => useConnection(probe))!;
  connection.onBack(back);
  connection.met(gone);
  expect(connection.down.value).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(answers).toBe(4);
  expect(connection.down.value).toBe(false);
  expect(back).toHaveBeenCalledTimes(1);
});

test('a refusal is an answer: the service is there', async () => {
  const connection = scope.run(() => useConnection(() => Promise.reject(new ConnectError('no', Code.PermissionDenied))))!;
  connection.met(gone);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(connection.down.value).toBe(false);
});

test('what is wrong with one call does not mean that nobody is there', () => {
  const connection = scope.run(() => useConnection(() => Promise.resolve()))!;
  connection.met(problemOf(new ConnectError('no such entry', Code.NotFound)));
  expect(connection.down.value).toBe(false);
});

test('the browser’s word that the network is back is not waited out', async () => {
  const probe = vi.fn(() => Promise.resolve());
  const connection = scope.run(() => useConnection(probe))!;
  connection.gone();
  window.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(0);
  expect(probe).toHaveBeenCalledTimes(1);
  expect(connection.down.value).toBe(false);
});

test('a session that ended leads to the sign-in, not to tries without end', async () => {
  useTransport(createRouterTransport(({service}) => service(IdentityService, {signIn: () => ({principal: {name: 'people/li'}})})));
  await signIn('li', 'secret');
  expect(currentSession.state).toBe('in');
  const connection = scope.run(() => useConnection(() => Promise.reject(new ConnectError('sign in', Code.Unauthenticated))))!;
  connection.gone();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(currentSession.state).toBe('out');
  expect(vi.getTimerCount()).toBe(0);
});
