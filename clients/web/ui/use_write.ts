// A write as a screen makes it. When its outcome is not known, the same write again carries the same request_id: the
// service does it once.
import {Code} from '@connectrpc/connect';
import {ref, shallowRef} from 'vue';

import {problemOf, type Problem} from '@/lib/problem';
import {newRequestId} from '@/lib/request_id';
import {sessionEnded} from '@/lib/session';

export function useWrite() {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let open: {what: string; id: string} | null = null;

  // `what`: equal for repetitions of one write, e.g. its arguments as JSON. Gives undefined when it failed.
  async function write<Result>(what: string, call: (requestId: string) => Promise<Result>): Promise<Result | undefined> {
    if (busy.value) return undefined;
    if (open?.what !== what) open = {what, id: newRequestId()};
    busy.value = true;
    problem.value = null;
    try {
      const result = await call(open.id);
      open = null;
      return result;
    } catch (cause) {
      problem.value = problemOf(cause);
      if (!problem.value.unknownOutcome) open = null;
      if (problem.value.code === Code.Unauthenticated) sessionEnded();
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return {busy, problem, write};
}
