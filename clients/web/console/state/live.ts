// The one stream of a console: follows the open entry and what is listed, resumed where it was, whatever is opened next.
import {onScopeDispose, readonly, ref} from 'vue';

import {Rendering, type Answer} from '@/gen/hotline/answer/v1/answer_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {LiveAnswers, type LiveState} from '@/lib/live_answers';

import type {Connection} from './connection';

const NAMES_MAX = 100;

export interface LiveEvents {
  changed(answer: Answer): void;
  withdrawn(name: string, reason: string): void;
}

export function useLive(connection: Connection) {
  const state = ref<LiveState | 'idle'>('idle');
  const listeners = new Set<LiveEvents>();
  const positions = new Map<string, bigint>(); // by name: the position at which its present text was read
  let listed: string[] = [];
  let open = '';

  const stream = new LiveAnswers({channel: Channel.AGENT, region: '', rendering: Rendering.HTML}, {
    changed(name, answer, kbRevision) {
      // What is told of the present state has no position to resume from: the answer has the one that it was read at.
      if (positions.has(name)) positions.set(name, kbRevision || answer.kbRevision);
      for (const listener of listeners) listener.changed(answer);
    },
    withdrawn(name, reason, kbRevision) {
      if (positions.has(name)) positions.set(name, kbRevision);
      for (const listener of listeners) listener.withdrawn(name, reason);
    },
    state(next) {
      if (next === 'connecting' && state.value === 'live') return; // another list, not another break
      state.value = next;
      if (next === 'offline') connection.gone();
      else if (next !== 'connecting') connection.fine();
    },
  });

  function follow(): void {
    const names = [...new Set([open, ...listed])].filter((name) => positions.has(name)).slice(0, NAMES_MAX);
    const from = names.map((name) => positions.get(name)!).reduce((least, at) => at < least ? at : least, positions.get(names[0] ?? '') ?? 0n);
    stream.follow(names, from);
    if (names.length === 0) state.value = 'idle';
  }

  function forget(): void {
    for (const name of positions.keys()) if (name !== open && !listed.includes(name)) positions.delete(name);
  }

  connection.onBack(() => stream.hurry());
  onScopeDispose(() => stream.close());

  return {
    state: readonly(state),
    listen: (events: LiveEvents): void => { listeners.add(events); },
    // The entry that is open, and the position at which it was read; '' = none.
    watchOpen(name: string, kbRevision: bigint): void {
      open = name;
      if (name) positions.set(name, kbRevision);
      forget();
      follow();
    },
    // What is listed, and the position at which the list was read.
    watchList(names: string[], kbRevision: bigint): void {
      for (const name of names) if (!positions.has(name)) positions.set(name, kbRevision);
      listed = names;
      forget();
      follow();
    },
    hurry: (): void => stream.hurry(),
  };
}

export type Live = ReturnType<typeof useLive>;
