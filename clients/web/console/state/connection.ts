// Whether the service can be reached. Calls and the stream tell what they met; while it is gone a small call asks again
// and again, and whoever shows old content is told when it is back. No reload is needed.
import {Code} from '@connectrpc/connect';
import {onScopeDispose, readonly, ref} from 'vue';

import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {problemOf, type Problem} from '@/lib/problem';
import {sessionEnded} from '@/lib/session';

const GONE = new Set(['OFFLINE', 'NOT_SERVING', 'STORE_UNREACHABLE', 'STALE_FOLLOWER']);
const RETRY_MS = 500;
const RETRY_MS_MAX = 8_000;

const askSomething = async () => {
  await clientOf(AnswerService).suggest({text: '一', channel: Channel.AGENT, pageSize: 1}, {timeoutMs: 5_000});
};

export function useConnection(probe: () => Promise<unknown> = askSomething) {
  const down = ref(false);
  const since = ref(0);
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let over = false;

  function schedule(): void {
    const wait = Math.min(RETRY_MS * 2 ** tries++, RETRY_MS_MAX) * (0.5 + Math.random());
    clearTimeout(timer);
    timer = setTimeout(() => void look(), wait);
  }

  async function look(): Promise<void> {
    clearTimeout(timer);
    try {
      await probe();
    } catch (cause) {
      if (over) return;
      const problem = problemOf(cause);
      if (GONE.has(problem.reason)) return schedule();
      // Refused is reached: that somebody may not ask is another matter.
      met(problem);
    }
    if (!over) fine();
  }

  function gone(): void {
    if (down.value) return;
    down.value = true;
    since.value = Date.now();
    tries = 0;
    schedule();
  }

  function fine(): void {
    if (!down.value) return;
    clearTimeout(timer);
    down.value = false;
    for (const listener of listeners) listener();
  }

  // What a call met: only some problems mean that nobody is there.
  function met(problem: Problem): void {
    if (problem.code === Code.Unauthenticated) sessionEnded();
    else if (GONE.has(problem.reason)) gone();
  }

  const hurry = () => { if (down.value) void look(); };
  window.addEventListener('online', hurry);
  onScopeDispose(() => {
    over = true;
    clearTimeout(timer);
    window.removeEventListener('online', hurry);
  });

  return {
    down: readonly(down),
    since: readonly(since),
    met,
    gone,
    fine,
    hurry,
    // Calls `listener` whenever the service is back.
    onBack: (listener: () => void): void => { listeners.add(listener); },
  };
}

export type Connection = ReturnType<typeof useConnection>;
