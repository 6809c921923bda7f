// The desk: everything that one console knows, put together once and given to its parts.
import {computed, inject, ref, shallowRef, type InjectionKey} from 'vue';

import {currentSession} from '@/lib/session';

import {useAssist} from './assist';
import {makeCall} from './call';
import {useConnection} from './connection';
import {useEntry} from './entry';
import {foundOfQuestion, type Found} from './found';
import {useLive} from './live';
import {usePulse} from './pulse';
import {useReading} from './reading';
import {useReceipts} from './receipts';
import {useRelated} from './related';
import {useReports} from './reports';
import {useSearch} from './search';
import {sectionsOf} from './sections';
import {makeSeen} from './seen';
import {useShelf} from './shelf';

export type DialogId = 'region' | 'script' | 'history' | 'receipt' | 'correction' | 'gap' | 'reading' | 'help';

export interface Notice {
  text: string;
  tone: 'good' | 'warn' | 'bad';
}

export interface Group {
  title: 'found' | 'assist' | 'favourites' | 'recent' | 'hot';
  rows: Found[];
}

const FEW = 5;

export function makeDesk() {
  const person = () => currentSession.self?.name ?? '';
  const call = makeCall(person());
  const connection = useConnection();
  const live = useLive(connection);
  const search = useSearch(call, connection, live);
  const entry = useEntry(call, connection, live, makeSeen(person));
  const receipts = useReceipts(call, connection);
  const reports = useReports(call, connection);
  const reading = useReading(connection);
  const shelf = useShelf(connection, person);
  const pulse = usePulse(call, connection);
  const assist = useAssist(call, connection);
  const related = useRelated(call, connection);

  const dialog = ref<DialogId | null>(null);
  const notice = shallowRef<Notice | null>(null);
  const block = ref(-1); // of the entry's parts, the one that is read; -1 = none
  const showChanges = ref(false);

  // What the digits open: what was found, else what the conversation leads to, else what is at hand.
  const groups = computed<Group[]>(() => {
    const asGroup = (title: Group['title'], rows: Found[]): Group => ({title, rows});
    if (search.list.value) return [asGroup('found', search.list.value.rows)];
    if (assist.rows.value.length > 0) return [asGroup('assist', assist.rows.value)];
    const rows = (list: readonly {entry: string; question: string; region?: string}[]) =>
      list.map((one) => foundOfQuestion(one.entry, one.question, one.region));
    const favourites = shelf.favourites.value.slice(0, FEW);
    return [
      asGroup('favourites', rows(favourites)),
      asGroup('recent', rows(shelf.recent.value.filter((one) => !favourites.some((other) => other.entry === one.entry)).slice(0, FEW))),
      asGroup('hot', rows(pulse.hot.value)),
    ].filter((group) => group.rows.length > 0);
  });

  const sections = computed(() => sectionsOf(entry.answer.value?.html ?? ''));

  return {
    call, connection, live, search, entry, receipts, reports, reading, shelf, pulse, assist, related,
    dialog, notice, block, showChanges, groups, sections,
    rows: computed(() => groups.value.flatMap((group) => group.rows)),
    say: (text: string, tone: Notice['tone'] = 'good'): void => { notice.value = {text, tone}; },
  };
}

export type Desk = ReturnType<typeof makeDesk>;

export const DESK: InjectionKey<Desk> = Symbol('desk');

export function useDesk(): Desk {
  const desk = inject(DESK);
  if (!desk) throw new Error('no desk');
  return desk;
}
