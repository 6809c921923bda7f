import {create} from '@bufbuild/protobuf';
import {Code, ConnectError, createRouterTransport} from '@connectrpc/connect';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';

import {PrincipalSchema} from '@/gen/hotline/identity/v1/identity_pb';
import {IdentityService} from '@/gen/hotline/identity/v1/identity_service_pb';

import {useTransport} from './calls';
import {currentSession, findSession, keepSession, signIn, signOut} from './session';

const QUARTER_MS = 15 * 60_000;

let renewals = 0;
let over = false;
let stop: () => void;

beforeEach(async () => {
  renewals = 0;
  over = false;
  useTransport(createRouterTransport(({service}) => service(IdentityService, {
    signIn: () => ({principal: create(PrincipalSchema, {name: 'people/a'})}),
    signOut: () => ({}),
    refreshSession: () => {
      if (over) throw new ConnectError('over', Code.Unauthenticated);
      renewals += 1;
      return {};
    },
  })));
  await signIn('a', 'b');
  vi.useFakeTimers();
  stop = keepSession();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('who types keeps the session, without a call of his own', async () => {
  dispatchEvent(new KeyboardEvent('keydown', {key: 'a'}));
  await vi.advanceTimersByTimeAsync(QUARTER_MS);
  expect(renewals).toBe(1);
  dispatchEvent(new KeyboardEvent('keydown', {key: 'a'}));
  await vi.advanceTimersByTimeAsync(QUARTER_MS);
  expect(renewals).toBe(2);
});

test('a page that nobody uses lets the session end', async () => {
  await vi.advanceTimersByTimeAsync(4 * QUARTER_MS);
  expect(renewals).toBe(0);
});

test('a session that ended meanwhile leads to the sign-in', async () => {
  over = true;
  dispatchEvent(new KeyboardEvent('keydown', {key: 'a'}));
  await vi.advanceTimersByTimeAsync(QUARTER_MS);
  expect(currentSession.state).toBe('out');
});

test('a browser in which nobody signed in asks nothing', async () => {
  await signOut();
  const asked = vi.spyOn(globalThis, 'fetch');
  await findSession();
  expect(currentSession.state).toBe('out');
  expect(asked).not.toHaveBeenCalled();
});
