// What fits the conversation, as it is spoken: the transcript of one call and the entries that it leads to.
import {Code} from '@connectrpc/connect';
import {computed, onScopeDispose, readonly, ref, shallowRef, triggerRef} from 'vue';

import {AnswerService, AssistRequest_Utterance_Speaker as Speaker} from '@/gen/hotline/answer/v1/answer_service_pb';
import type {AssistRequest_Utterance as Utterance, AssistResponse} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {isAborted, problemOf} from '@/lib/problem';

import type {Call} from './call';
import type {Connection} from './connection';
import {foundOfHit, type Found} from './found';

// 'absent': this server has no such stream; 'refused': this person may not follow calls.
export type AssistState = 'off' | 'connecting' | 'live' | 'offline' | 'absent' | 'refused' | 'wrong';

const ROWS = 9;
const RETRY_MS = 500;
const RETRY_MS_MAX = 15_000;
const CONVERSATION = /^[A-Za-z0-9_-]{1,64}$/;

export interface Line {
  number: bigint;
  caller: boolean;
  text: string;
  final: boolean;
}

export function useAssist(call: Call, connection: Connection) {
  const state = ref<AssistState>('off');
  const sentence = ref(''); // the service's own, when it refuses
  const rows = shallowRef<Found[]>([]);
  const lines = shallowRef(new Map<bigint, Line>());
  const confidence = ref(0);
  let stop = new AbortController();
  let wakeUp = () => {};

  function take(message: AssistResponse): void {
    state.value = 'live';
    rows.value = message.hits.map(foundOfHit);
    confidence.value = message.confidence;
    for (const said of message.utterances) add(said);
    if (message.utterances.length > 0) triggerRef(lines);
  }

  function add(said: Utterance): void {
    if (said.text) lines.value.set(said.number,
      {number: said.number, caller: said.speaker !== Speaker.AGENT, text: said.text, final: said.final});
    else lines.value.delete(said.number);
  }

  function fail(cause: unknown): boolean {
    const problem = problemOf(cause);
    sentence.value = problem.sentence;
    const ends: Partial<Record<Code, AssistState>> =
      {[Code.Unimplemented]: 'absent', [Code.NotFound]: 'absent', [Code.PermissionDenied]: 'refused', [Code.InvalidArgument]: 'wrong'};
    state.value = ends[problem.code] ?? 'offline';
    if (state.value === 'offline') connection.met(problem);
    return state.value !== 'offline';
  }

  async function run(conversation: string, signal: AbortSignal): Promise<void> {
    for (let retry = 0; !signal.aborted; ++retry) {
      try {
        if (state.value !== 'live') state.value = 'connecting';
        const messages = clientOf(AnswerService).followAssist(
          {conversation, start: {channel: Channel.AGENT, region: call.state.region, pageSize: ROWS}}, {signal, timeoutMs: 0});
        for await (const message of messages) {
          if (signal.aborted) return;
          retry = 0;
          take(message);
        }
      } catch (cause) {
        if (signal.aborted) return;
        if (!isAborted(cause) && fail(cause)) return;
      }
      await pause(Math.min(RETRY_MS * 2 ** retry, RETRY_MS_MAX) * (0.5 + Math.random()), signal);
    }
  }

  const pause = (wait: number, signal: AbortSignal) => new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, wait);
    wakeUp = end;
    signal.addEventListener('abort', end);
  });

  // Follows a conversation from now on; '' = none.
  function follow(conversation: string): void {
    stop.abort();
    stop = new AbortController();
    rows.value = [];
    lines.value = new Map();
    confidence.value = 0;
    sentence.value = '';
    call.set({conversation});
    state.value = !conversation ? 'off' : CONVERSATION.test(conversation) ? 'connecting' : 'wrong';
    if (state.value === 'connecting') void run(conversation, stop.signal);
  }

  connection.onBack(() => wakeUp());
  onScopeDispose(() => stop.abort());

  return {
    state: readonly(state), sentence: readonly(sentence), rows: readonly(rows) as typeof rows, confidence: readonly(confidence),
    lines: computed(() => [...lines.value.values()].sort((a, b) => a.number < b.number ? -1 : 1)),
    follow,
  };
}
