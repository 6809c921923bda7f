// What is found while it is typed: completions and hits in one list that is painted once for each text. A newer text ends
// the calls for the older one.
import {computed, onScopeDispose, readonly, ref, shallowRef} from 'vue';

import {AnswerService, Facet_Field, type Facet} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {useCall} from '@/ui/use_call';

import type {Call} from './call';
import type {Connection} from './connection';
import {foundOfHit, foundOfSuggestion, merged, plainPieces, textOf, type Found} from './found';
import type {Live} from './live';

const PAUSE_MS = 25; // strokes nearer than this are one
const TYPED_MAX = 1_000;
const SUGGEST_MAX = 100;
const HITS = 20;

export interface List {
  typed: string;
  rows: Found[];
  facets: Facet[];
  kbRevision: bigint;
  stale: boolean;
}

// While an input method composes, the letters stand apart: "gao'ling", "gao ling".
export const asTyped = (text: string): string =>
  [...text.replace(/([a-z])['’ ](?=[a-z])/gi, '$1').trim()].slice(0, TYPED_MAX).join('');

export function useSearch(call: Call, connection: Connection, live: Live) {
  const text = ref('');
  const list = shallowRef<List | null>(null);
  const active = ref(-1);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const asked = useCall(async (signal, typed: string): Promise<List> => {
    const answers = clientOf(AnswerService);
    const {region, category, department} = call.state;
    const narrowed = category !== '' || department !== '';
    const [found, completed] = await Promise.all([
      answers.search({query: typed, channel: Channel.AGENT, region, category, department, pageSize: HITS, highlight: true,
        facets: [Facet_Field.CATEGORY, Facet_Field.DEPARTMENT]}, {signal}),
      // Completions know no filters, so they are asked for only where none would be passed over.
      narrowed || [...typed].length > SUGGEST_MAX ? null
        : answers.suggest({text: typed, channel: Channel.AGENT, region}, {signal}),
    ]);
    return {
      typed,
      rows: merged(typed, found.hits.map(foundOfHit), completed?.suggestions.map(foundOfSuggestion) ?? []),
      facets: found.facets,
      kbRevision: found.freshness?.kbRevision ?? 0n,
      stale: found.freshness?.stale ?? false,
    };
  }, connection.met);

  async function run(): Promise<void> {
    const typed = asTyped(text.value);
    if (!typed) return;
    const result = await asked.run(typed);
    if (!result || asTyped(text.value) !== result.typed) return;
    list.value = result;
    active.value = -1;
    live.watchList(result.rows.map((row) => row.entry), result.kbRevision);
  }

  function clear(): void {
    list.value = null;
    active.value = -1;
    live.watchList([], 0n);
  }

  function type(value: string): void {
    text.value = value;
    clearTimeout(timer);
    if (asTyped(value)) timer = setTimeout(() => void run(), PAUSE_MS);
    else clear();
  }

  function change(entry: string, next: (row: Found) => Found): void {
    const now = list.value;
    if (now?.rows.some((row) => row.entry === entry))
      list.value = {...now, rows: now.rows.map((row) => row.entry === entry ? next(row) : row)};
  }

  live.listen({
    // After a break the stream tells the present state of all: only what is another text has changed.
    changed: (answer) => change(answer.entry, (row) => {
      const same = row.hash ? row.hash === answer.contentHash : textOf(row.question) === answer.question;
      return same && row.change !== 'withdrawn' ? row
        : {...row, hash: answer.contentHash, question: plainPieces(answer.question), change: 'changed'};
    }),
    withdrawn: (name) => change(name, (row) => ({...row, change: 'withdrawn'})),
  });
  connection.onBack(() => void run());
  onScopeDispose(() => clearTimeout(timer));

  return {
    text: readonly(text),
    list: readonly(list) as typeof list,
    active,
    loading: asked.loading,
    // A problem of a text that is not there any more is nobody's.
    problem: computed(() => asTyped(text.value) ? asked.problem.value : null),
    type,
    // Again with other filters, or after a problem.
    again: (): void => { clearTimeout(timer); void run(); },
  };
}

export type Search = ReturnType<typeof useSearch>;
