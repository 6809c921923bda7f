// The list of entries for a filter: page by page; with words, what the search finds.
import {ref, shallowRef} from 'vue';

import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Entry_State, EntryKind, type Entry} from '@/gen/hotline/knowledge/v1/entry_pb';
import {EntryView, KnowledgeService} from '@/gen/hotline/knowledge/v1/knowledge_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {useCall} from '@/ui/use_call';

import {self} from './may';
import type {Filter} from './saved_filters';

const PAGE = 50;
const SCAN_PAGE = 500;
// So many entries are looked through for what a filter names that the service does not filter by.
const SCANNED_MAX = 5_000;
const HITS = 30;

const enumOf = <E extends number>(names: Record<string, string | E>, name: string) => (names[name] as E | undefined) ?? (0 as E);

function fits(entry: Entry, filter: Filter): boolean {
  return (filter.author !== 'me' || entry.authors.includes(self()) || entry.review?.submitter === self()) &&
    (!filter.state || Entry_State[entry.state] === filter.state) &&
    (!filter.kind || entry.content?.kind === enumOf<EntryKind>(EntryKind, filter.kind)) &&
    (!filter.department || entry.content?.department === filter.department);
}

export function useEntries() {
  const rows = shallowRef<Entry[]>([]);
  const next = ref('');
  const knowledge = clientOf(KnowledgeService);

  async function page(signal: AbortSignal, filter: Filter, from: string): Promise<{entries: Entry[]; next: string}> {
    const scanning = filter.author === 'me';
    const found: Entry[] = [];
    let token = from;
    for (let scanned = 0; scanned < SCANNED_MAX; scanned += SCAN_PAGE) {
      const reply = await knowledge.listEntries({
        pageSize: scanning ? SCAN_PAGE : PAGE, pageToken: token, view: EntryView.BASIC, state: enumOf<Entry_State>(Entry_State, filter.state),
        kind: enumOf<EntryKind>(EntryKind, filter.kind), department: filter.department, region: filter.region, category: filter.category},
      {signal});
      found.push(...reply.entries.filter((entry) => fits(entry, filter)));
      token = reply.nextPageToken;
      if (!scanning || token === '' || found.length >= PAGE) break;
    }
    return {entries: found, next: token};
  }

  // What is online and has the words, best first; then how each stands.
  async function search(signal: AbortSignal, filter: Filter): Promise<Entry[]> {
    const {hits} = await clientOf(AnswerService).search({query: filter.text, channel: Channel.AGENT, region: filter.region,
      category: filter.category, department: filter.department, kind: enumOf<EntryKind>(EntryKind, filter.kind), pageSize: HITS}, {signal});
    const entries = await Promise.all(hits.map((hit) => knowledge.getEntry({name: hit.entry, view: EntryView.BASIC}, {signal})));
    return entries.filter((entry) => fits(entry, filter));
  }

  const {loading, problem, run} = useCall(async (signal, filter: Filter, more: boolean) => {
    if (filter.text.trim() !== '') {
      rows.value = await search(signal, filter);
      next.value = '';
      return;
    }
    const reply = await page(signal, filter, more ? next.value : '');
    rows.value = more ? [...rows.value, ...reply.entries] : reply.entries;
    next.value = reply.next;
  });

  return {rows, next, loading, problem, run};
}
