// The gates while somebody types: a moment after the last key, and only the newest text's findings count.
import {onScopeDispose, ref, shallowRef, watch, type WatchSource} from 'vue';

import {CheckService, type CheckContentResponse} from '@/gen/hotline/knowledge/v1/check_service_pb';
import {clientOf} from '@/lib/calls';
import {isAborted, problemOf, type Problem} from '@/lib/problem';

import {contentOf, type WorkingText} from './working_text';

const QUIET_MS = 400;

export function useGates(text: WatchSource<WorkingText>, entry: () => string, read: () => WorkingText) {
  const result = shallowRef<CheckContentResponse | null>(null);
  // True from the first key until the findings are those of the text on the screen.
  const checking = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest: AbortController | null = null;

  async function check(): Promise<void> {
    clearTimeout(timer);
    newest?.abort();
    const mine = newest = new AbortController();
    checking.value = true;
    try {
      const found = await clientOf(CheckService).checkContent({content: contentOf(read()), name: entry()}, {signal: mine.signal});
      if (mine.signal.aborted) return;
      result.value = found;
      problem.value = null;
    } catch (cause) {
      if (mine.signal.aborted || isAborted(cause)) return;
      problem.value = problemOf(cause);
    } finally {
      if (newest === mine) checking.value = false;
    }
  }

  watch(text, () => {
    newest?.abort();
    clearTimeout(timer);
    checking.value = true;
    timer = setTimeout(() => void check(), QUIET_MS);
  }, {deep: true, immediate: true});
  onScopeDispose(() => { clearTimeout(timer); newest?.abort(); });

  return {result, checking, problem, check};
}
