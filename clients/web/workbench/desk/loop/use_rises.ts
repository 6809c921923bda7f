// What rises, followed live: the present list first, then each rise as it begins, changes and ends.
import {onScopeDispose, ref, shallowRef} from 'vue';

import {UsageService, type Rise} from '@/gen/hotline/insight/v1/usage_service_pb';
import {clientOf} from '@/lib/calls';
import {isAborted, problemOf, type Problem} from '@/lib/problem';

const RETRY_MS = 3_000;
const keyOf = (rise: Rise) => `${rise.name} ${rise.channel} ${rise.region}`;

export function useRises() {
  const rises = shallowRef<Rise[]>([]);
  const problem = shallowRef<Problem | null>(null);
  const begun = ref(false);
  const stop = new AbortController();

  async function follow(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        for await (const event of clientOf(UsageService).watchRisingQuestions({}, {signal: stop.signal, timeoutMs: 0})) {
          begun.value = true;
          problem.value = null;
          const rise = event.rise;
          if (rise) rises.value = [rise, ...rises.value.filter((other) => keyOf(other) !== keyOf(rise))].filter((each) => !each.endTime);
        }
      } catch (cause) {
        if (stop.signal.aborted || isAborted(cause)) return;
        problem.value = problemOf(cause);
        if (!problem.value.passing) return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  void follow();
  onScopeDispose(() => stop.abort());
  return {rises, problem, begun};
}
