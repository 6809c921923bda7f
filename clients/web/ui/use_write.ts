// A write as a screen makes it. When its outcome is not known, the same write again carries the same request_id: the
// service does it once.
import {Code} from '@connectrpc/connect';
import {ref, shallowRef} from 'vue';

import {problemOf, type Problem} from '@/lib/problem';
import {newRequestId} from '@/lib/request_id';
import {sessionEnded} from '@/lib/session';

// `met` is told of each problem.
export function useWrite(met: (problem: Problem) => void = () => {}) {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let open: {what: string; id: string} | null = null;

  // Gives undefined when it was refused or nobody knows (see `problem`).
  async function tried<Result>(what: string, call: (requestId: string) => Promise<Result>): Promise<Result | undefined> {
    const again = open?.what === what;
    const mine = open = again ? open! : {what, id: newRequestId()};
    try {
      const result = await call(mine.id);
      open = null;
      return result;
    } catch (cause) {
      const refusal = problemOf(cause);
      if (!refusal.unknownOutcome) open = null;
      // What was sent first was done, and has been changed since: this is another write.
      if (again && refusal.reason === 'REQUEST_ID_REUSED') return tried(what, call);
      problem.value = refusal;
      if (refusal.code === Code.Unauthenticated) sessionEnded();
      met(refusal);
      return undefined;
    }
  }

  // `what`: equal for repetitions of one write, e.g. its arguments as JSON.
  async function write<Result>(what: string, call: (requestId: string) => Promise<Result>): Promise<Result | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    problem.value = null;
    const result = await tried(what, call);
    busy.value = false;
    return result;
  }

  // Another write begins: a form is opened anew.
  function clear(): void {
    problem.value = null;
    open = null;
  }

  return {busy, problem, write, clear};
}
