// One call as a screen follows it: its state, what it brought, what went wrong. A newer run replaces an older one.
import {Code} from '@connectrpc/connect';
import {onScopeDispose, ref, shallowRef} from 'vue';

import {isAborted, problemOf, type Problem} from '@/lib/problem';
import {sessionEnded} from '@/lib/session';

// `met` is told of each problem.
export function useCall<Arguments extends unknown[], Result>(
  call: (signal: AbortSignal, ...args: Arguments) => Promise<Result>, met: (problem: Problem) => void = () => {}) {
  const loading = ref(false);
  const problem = shallowRef<Problem | null>(null);
  const data = shallowRef<Result | null>(null);
  let newest: AbortController | null = null;

  // Gives what the call brought; undefined when it failed (see `problem`) or a newer one took its place.
  async function run(...args: Arguments): Promise<Result | undefined> {
    newest?.abort();
    const mine = newest = new AbortController();
    loading.value = true;
    try {
      const result = await call(mine.signal, ...args);
      if (mine.signal.aborted) return undefined;
      data.value = result;
      problem.value = null;
      return result;
    } catch (cause) {
      if (mine.signal.aborted || isAborted(cause)) return undefined;
      problem.value = problemOf(cause);
      if (problem.value.code === Code.Unauthenticated) sessionEnded();
      met(problem.value);
      return undefined;
    } finally {
      if (newest === mine) loading.value = false;
    }
  }

  onScopeDispose(() => newest?.abort());
  return {loading, problem, data, run};
}
