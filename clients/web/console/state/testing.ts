// What the tests of the desk's state share: a scope to run composables in, and services that answer as told.
import {createRouterTransport, type ConnectRouter} from '@connectrpc/connect';
import {afterEach, beforeEach} from 'vitest';
import {effectScope, nextTick, type EffectScope} from 'vue';

import {useTransport} from '@/lib/calls';

import {useConnection, type Connection} from './connection';
import {useLive, type Live} from './live';

// Fresh storages and a scope for each test; what runs in it is disposed of after it.
export function inScope(): {run<T>(make: () => T): T} {
  let scope: EffectScope;
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
    scope = effectScope();
  });
  afterEach(() => scope.stop());
  return {run: (make) => scope.run(make)!};
}

export function serve(routes: (router: ConnectRouter) => void): void {
  useTransport(createRouterTransport(routes));
}

// Until `holds`; each turn lets what waits go on.
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400; ++turn) {
    if (holds()) return;
    await nextTick();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not come true');
}

export interface World {
  connection: Connection;
  live: Live;
}

export function makeWorld(): World {
  const connection = useConnection(() => Promise.resolve());
  return {connection, live: useLive(connection)};
}
