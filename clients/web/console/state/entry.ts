// The entry that is open: as it is said now, as it was said or held on another day, and what happened to it meanwhile.
import {timestampFromDate} from '@bufbuild/protobuf/wkt';
import {computed, readonly, ref, shallowRef} from 'vue';

import {Rendering, type Answer} from '@/gen/hotline/answer/v1/answer_pb';
import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {useCall} from '@/ui/use_call';

import type {Call} from './call';
import {changesOf, type Change} from './changes';
import type {Connection} from './connection';
import type {Live} from './live';
import type {Seen, SeenEntries} from './seen';

export type HistoryKind = 'matter' | 'said'; // the rule for a matter of that day; what was said on it

export interface HistoryWish {
  kind: HistoryKind;
  day: string; // 2026-03-15, in the hotline's zone
}

// What took the place of the text that was read, under the reader's eyes.
export interface Turn {
  kind: 'changed' | 'withdrawn';
  reason: string; // RECALLED, RETIRED, EXPIRED or ''
  before: Answer;
  changes: Change[];
  at: number;
}

const NOON = 'T12:00:00+08:00';
const LATE = 'T23:59:59+08:00';

// The end of the day that has begun is not reached yet: its newest position is meant.
function instantOf(wish: HistoryWish): Date {
  const end = new Date(wish.day + (wish.kind === 'said' ? LATE : NOON));
  return end.getTime() > Date.now() ? new Date() : end;
}

export function useEntry(call: Call, connection: Connection, live: Live, seen: SeenEntries) {
  const name = ref('');
  const answer = shallowRef<Answer | null>(null);
  const elsewhere = ref(false); // of another region than the caller's
  const turn = shallowRef<Turn | null>(null);
  const stale = ref(false);
  const history = shallowRef<HistoryWish | null>(null);
  const lastSeen = shallowRef<Seen | null>(null);
  const sinceSeen = shallowRef<Change[] | null>(null);

  const get = async (signal: AbortSignal, entry: string, more: object = {}) => {
    const answers = clientOf(AnswerService);
    return answers.getAnswer({name: entry, channel: Channel.AGENT, rendering: Rendering.HTML, ...more}, {signal});
  };

  const asked = useCall(async (signal, entry: string, wish: HistoryWish | null) => {
    if (wish) {
      const time = timestampFromDate(instantOf(wish));
      return {reply: await get(signal, entry, wish.kind === 'matter' ? {matterTime: time} : {asOfTime: time}), elsewhere: false};
    }
    const {region} = call.state;
    try {
      return {reply: await get(signal, entry, {region}), elsewhere: false};
    } catch (cause) {
      // An entry of another region is shown, and said to be of another region: agents help out for other cities.
      const reply = region ? await get(signal, entry).catch(() => null) : null;
      if (!reply) throw cause;
      return {reply, elsewhere: true};
    }
  }, connection.met);

  const compared = useCall(async (signal, now: Answer, then: Seen) => {
    const reply = await get(signal, now.entry, {asOfKbRevision: BigInt(then.kbRevision)});
    return reply.answer ? changesOf(reply.answer, now) : [];
  });

  function markSeen(): void {
    const now = answer.value;
    if (!now || history.value) return;
    seen.mark(now.entry, {revision: String(now.revision), kbRevision: String(now.kbRevision), hash: now.contentHash, at: Date.now()});
  }

  async function load(entry: string, wish: HistoryWish | null): Promise<void> {
    const result = await asked.run(entry, wish);
    if (!result || name.value !== entry) return;
    answer.value = result.reply.answer ?? null;
    elsewhere.value = result.elsewhere;
    stale.value = result.reply.freshness?.stale ?? false;
    history.value = wish;
    turn.value = null;
    const now = answer.value;
    if (!now || wish) return live.watchOpen('', 0n);
    // A name that was merged leads to another entry: that one is followed.
    live.watchOpen(now.entry, now.kbRevision);
    const then = seen.of(now.entry);
    lastSeen.value = then;
    sinceSeen.value = null;
    if (!then || then.hash === now.contentHash) return markSeen();
    sinceSeen.value = await compared.run(now, then) ?? null;
  }

  async function open(entry: string): Promise<void> {
    if (name.value !== entry) answer.value = null;
    name.value = entry;
    history.value = null;
    lastSeen.value = null;
    sinceSeen.value = null;
    await load(entry, null);
  }

  function close(): void {
    name.value = '';
    answer.value = null;
    turn.value = null;
    history.value = null;
    lastSeen.value = null;
    sinceSeen.value = null;
    live.watchOpen('', 0n);
  }

  live.listen({
    changed(next) {
      const now = answer.value;
      if (!now || history.value || next.entry !== now.entry) return;
      stale.value = false;
      // The same text: what is said of it may be new, e.g. that its basis lapsed.
      if (next.contentHash === now.contentHash && turn.value?.kind !== 'withdrawn') {
        answer.value = keepRegion(next, now);
        return;
      }
      // Several changes in a row are told from the text that was read.
      const before = turn.value?.before ?? now;
      turn.value = {kind: 'changed', reason: '', before, changes: changesOf(before, next), at: Date.now()};
      answer.value = keepRegion(next, now);
    },
    withdrawn(entry, reason) {
      const now = answer.value;
      if (!now || history.value || entry !== now.entry) return;
      turn.value = {kind: 'withdrawn', reason, before: now, changes: [], at: Date.now()};
    },
  });
  connection.onBack(() => { if (name.value && (asked.problem.value || !answer.value)) void load(name.value, history.value); });

  return {
    name: readonly(name),
    answer: readonly(answer) as typeof answer,
    elsewhere: readonly(elsewhere),
    stale: readonly(stale),
    turn: readonly(turn) as typeof turn,
    history: readonly(history) as typeof history,
    lastSeen: readonly(lastSeen) as typeof lastSeen,
    sinceSeen: readonly(sinceSeen) as typeof sinceSeen,
    sinceSeenProblem: compared.problem,
    loading: asked.loading,
    problem: asked.problem,
    // May be said to a caller as what holds today.
    sayable: computed(() => answer.value !== null && history.value === null && turn.value?.kind !== 'withdrawn'),
    open,
    close,
    // Again: another region, a retry.
    reload: (): Promise<void> => name.value ? load(name.value, history.value) : Promise.resolve(),
    showDay: (wish: HistoryWish): Promise<void> => name.value ? load(name.value, wish) : Promise.resolve(),
    showToday: (): Promise<void> => name.value ? load(name.value, null) : Promise.resolve(),
    // The reader has seen what changed.
    accept(): void {
      markSeen();
      if (turn.value?.kind === 'changed') turn.value = null;
      lastSeen.value = null;
      sinceSeen.value = null;
    },
    markSeen,
  };
}

// The stream knows no caller: what was said about the region stays true for the same entry.
function keepRegion(next: Answer, before: Answer): Answer {
  if (next.region !== before.region) return next;
  next.regionMatch = before.regionMatch;
  next.regionNote = before.regionNote;
  return next;
}
