// One write as a form follows it. While its outcome is unknown the next try is the same write: it has the same request_id.
import {Code} from '@connectrpc/connect';
import {computed, ref, shallowRef} from 'vue';

import {problemOf, type Problem} from '@/lib/problem';
import {newRequestId} from '@/lib/request_id';
import {sessionEnded} from '@/lib/session';

export function useAct<Arguments extends unknown[], Result>(
  write: (requestId: string, ...args: Arguments) => Promise<Result>) {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let pending = '';

  // Gives the result; undefined when it was refused or nobody knows (see `problem`).
  async function run(...args: Arguments): Promise<Result | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    pending ||= newRequestId();
    try {
      const result = await write(pending, ...args);
      pending = '';
      problem.value = null;
      return result;
    } catch (cause) {
      problem.value = problemOf(cause);
      if (!problem.value.unknownOutcome) pending = '';
      if (problem.value.code === Code.Unauthenticated) sessionEnded();
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return {
    busy, problem, run,
    // Somebody else wrote first: what is shown has to be read again.
    conflict: computed(() => problem.value?.reason === 'ETAG_MISMATCH'),
    clear(): void {
      problem.value = null;
      pending = '';
    },
  };
}
