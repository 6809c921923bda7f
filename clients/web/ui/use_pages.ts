// A list that comes in pages, as a screen follows it: what has come, what went wrong, whether there is more.
import {Code} from '@connectrpc/connect';
import {computed, onScopeDispose, ref, shallowRef} from 'vue';

import {isAborted, problemOf, type Problem} from '@/lib/problem';
import {sessionEnded} from '@/lib/session';

export interface Page<Row> {
  rows: Row[];
  // Token of the next page; empty = the end.
  next: string;
}

export type Pages<Row> = ReturnType<typeof usePages<Row>>;

export function usePages<Row>(fetchPage: (token: string, signal: AbortSignal) => Promise<Page<Row>>) {
  const rows = shallowRef<Row[]>([]);
  const next = ref('');
  const loading = ref(false);
  const problem = shallowRef<Problem | null>(null);
  const begun = ref(false);
  let newest: AbortController | null = null;

  async function take(token: string): Promise<void> {
    newest?.abort();
    const mine = newest = new AbortController();
    loading.value = true;
    try {
      const page = await fetchPage(token, mine.signal);
      if (mine.signal.aborted) return;
      rows.value = token ? [...rows.value, ...page.rows] : page.rows;
      next.value = page.next;
      problem.value = null;
      begun.value = true;
    } catch (cause) {
      if (mine.signal.aborted || isAborted(cause)) return;
      problem.value = problemOf(cause);
      if (problem.value.code === Code.Unauthenticated) sessionEnded();
    } finally {
      if (newest === mine) loading.value = false;
    }
  }

  onScopeDispose(() => newest?.abort());
  const more = computed(() => next.value !== '');
  return {
    rows, loading, problem, begun, more,
    // What PagedTable asks for.
    bind: computed(() => ({rows: rows.value, loading: loading.value, problem: problem.value, more: more.value})),
    // From the first page; the rows stay until the new ones are there.
    reload: () => take(''),
    loadMore: () => take(next.value),
    // Puts a row that was just written in its place, or before all others.
    put(row: Row, same: (other: Row) => boolean): void {
      const at = rows.value.findIndex(same);
      rows.value = at < 0 ? [row, ...rows.value] : rows.value.map((other, i) => i === at ? row : other);
    },
    drop(same: (other: Row) => boolean): void {
      rows.value = rows.value.filter((row) => !same(row));
    },
  };
}

const ALL_MAX = 20_000;

// Every row of a list that is known to be short enough, page after page.
export async function allPages<Row>(fetchPage: (token: string) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let token = ''; ;) {
    const page = await fetchPage(token);
    rows.push(...page.rows);
    if (!page.next || rows.length >= ALL_MAX) return rows;
    token = page.next;
  }
}
