// A list that the service cannot filter: all of it is read, page after page, and what matches is shown in steps.
import {computed, ref, shallowRef, watch} from 'vue';

import {allPages, type Page} from './use_pages';
import {useCall} from './use_call';

const STEP = 100;

export function useWhole<Row>(fetchPage: (token: string, signal: AbortSignal) => Promise<Page<Row>>,
                              matches: (row: Row) => boolean = () => true) {
  const all = shallowRef<Row[]>([]);
  const shown = ref(STEP);
  const call = useCall((signal) => allPages((token) => fetchPage(token, signal)));
  const matching = computed(() => all.value.filter(matches));
  const rows = computed(() => matching.value.slice(0, shown.value));
  watch(matching, () => { shown.value = STEP; });

  return {
    all, rows, matching,
    reload: async () => { all.value = await call.run() ?? all.value; },
    loadMore: () => { shown.value += STEP; },
    put(row: Row, same: (other: Row) => boolean): void {
      const at = all.value.findIndex(same);
      all.value = at < 0 ? [row, ...all.value] : all.value.map((other, i) => i === at ? row : other);
    },
    drop(same: (other: Row) => boolean): void {
      all.value = all.value.filter((row) => !same(row));
    },
    bind: computed(() => ({rows: rows.value, loading: call.loading.value, problem: call.problem.value,
      more: matching.value.length > shown.value})),
  };
}
