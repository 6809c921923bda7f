// What this person must read: changes of what was used or withdrawn, until they are confirmed.
import {computed, onScopeDispose, ref} from 'vue';

import {Rendering} from '@/gen/hotline/answer/v1/answer_pb';
import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import type {EntryChange} from '@/gen/hotline/insight/v1/reading_pb';
import {ReadingService, type ReadingItem} from '@/gen/hotline/insight/v1/reading_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {useCall} from '@/ui/use_call';
import {useWrite} from '@/ui/use_write';

import {changesOf, type Change} from './changes';
import type {Connection} from './connection';
import {sectionsOf} from './sections';

const ITEMS = 50;
const SOON_MS = [300, 2_000, 10_000];

export const keyOfItem = (item: ReadingItem): string => `${item.change?.entry}@${item.change?.kbRevision}`;

export function useReading(connection: Connection) {
  let timers: ReturnType<typeof setTimeout>[] = [];
  const pending = ref(0);
  const {problem: ackProblem, write} = useWrite(connection.met);

  const listed = useCall(async (signal) => {
    const reply = await clientOf(ReadingService).listReadingItems({pageSize: ITEMS}, {signal});
    pending.value = reply.pendingCount;
    return reply.items;
  }, connection.met);

  const look = async (): Promise<void> => { await listed.run(); };

  const at = async (signal: AbortSignal, entry: string, kbRevision: bigint) => kbRevision <= 0n ? null
    : (await clientOf(AnswerService).getAnswer(
      {name: entry, channel: Channel.AGENT, rendering: Rendering.HTML, asOfKbRevision: kbRevision}, {signal})).answer ?? null;

  // From the text before the change to the text after it. What is not said has no text.
  const compared = useCall(async (signal, change: EntryChange): Promise<Change[]> => {
    const [before, after] = await Promise.all([
      change.previousRevision > 0n ? at(signal, change.entry, change.kbRevision - 1n) : null,
      change.revision > 0n ? at(signal, change.entry, change.kbRevision) : null,
    ]);
    if (before && after) return changesOf(before, after);
    const only = before ?? after;
    return sectionsOf(only?.html ?? '').map(({type, title, text}) =>
      ({part: type, title, before: before ? text : '', after: after ? text : ''}));
  });

  // Durable when it returns true.
  async function acknowledge(items: ReadingItem[]): Promise<boolean> {
    const reply = await write(items.map(keyOfItem).join(' '), (requestId) => clientOf(ReadingService).acknowledgeItems({
      items: items.flatMap(({change}) => change ? [{entry: change.entry, kbRevision: change.kbRevision}] : []), requestId}));
    if (!reply) return false;
    pending.value = reply.pendingCount;
    await look();
    return true;
  }

  // After a change on the screen: the list follows the base some moments later.
  function lookSoon(): void {
    timers.forEach(clearTimeout);
    timers = SOON_MS.map((wait) => setTimeout(() => void look(), wait));
  }

  connection.onBack(() => void look());
  onScopeDispose(() => timers.forEach(clearTimeout));

  return {
    pending, ackProblem, look, lookSoon, acknowledge,
    items: computed(() => listed.data.value ?? []),
    loading: listed.loading, problem: listed.problem,
    compare: (change: EntryChange) => compared.run(change),
    comparing: compared.loading, changes: compared.data, compareProblem: compared.problem,
  };
}

export type Reading = ReturnType<typeof useReading>;
