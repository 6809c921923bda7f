// Follows answers as they change: one WatchAnswers stream, resumed at its position after every break.
import type {Answer, Rendering} from '@/gen/hotline/answer/v1/answer_pb';
import {AnswerService, WatchAnswersResponse_Event as Event} from '@/gen/hotline/answer/v1/answer_service_pb';
import type {WatchAnswersResponse} from '@/gen/hotline/answer/v1/answer_service_pb';
import type {Channel} from '@/gen/hotline/type/v1/channel_pb';

import {clientOf} from './calls';
import {isAborted} from './problem';

export type LiveState = 'connecting' | 'live' | 'stale' | 'offline';

export interface LiveListener {
  // What is said now. Also the first state of each name.
  changed(name: string, answer: Answer, kbRevision: bigint): void;
  // Nothing is said any more; `reason` is RECALLED, RETIRED, EXPIRED or ''.
  withdrawn(name: string, reason: string, kbRevision: bigint): void;
  state(state: LiveState): void;
}

const RETRY_MS = 500;
const RETRY_MS_MAX = 15_000;
const QUIET_MS = 25_000; // the service speaks at least every 15 s

export class LiveAnswers {
  #names: string[] = [];
  #position = 0n;
  #stop = new AbortController();
  #retry = 0;
  #awaiting = new Set<string>(); // after RESET: names whose present state has not come

  constructor(private readonly where: {channel: Channel; region: string; rendering?: Rendering},
    private readonly listener: LiveListener) {}

  // Follows these names from now on, at most 100; none = nothing.
  follow(names: string[], afterKbRevision = 0n): void {
    if (names.length === this.#names.length && names.every((name, i) => name === this.#names[i])) return;
    this.#names = [...names];
    this.#position = afterKbRevision;
    this.#awaiting.clear(); // of the names before
    this.#restart();
  }

  close(): void {
    this.#names = [];
    this.#stop.abort();
  }

  // Connects at once instead of after the wait: the browser says that the network is back.
  hurry(): void {
    if (this.#names.length > 0) this.#restart();
  }

  #restart(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#retry = 0;
    if (this.#names.length > 0) void this.#run(this.#stop.signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.listener.state('connecting');
    while (!signal.aborted) {
      try {
        await this.#stream(signal);
      } catch (cause) {
        if (signal.aborted) return;
        // Our own watchdog ends a silent stream by aborting it: a break like any other.
        if (!isAborted(cause)) this.listener.state('offline');
      }
      if (signal.aborted) return;
      await this.#pause(signal);
    }
  }

  async #stream(outer: AbortSignal): Promise<void> {
    const mine = new AbortController();
    const end = () => mine.abort();
    outer.addEventListener('abort', end, {once: true});
    let watchdog = setTimeout(end, QUIET_MS);
    try {
      const events = clientOf(AnswerService).watchAnswers(
        {names: this.#names, channel: this.where.channel, region: this.where.region, rendering: this.where.rendering,
          afterKbRevision: this.#position},
        {signal: mine.signal, timeoutMs: 0});
      for await (const event of events) {
        clearTimeout(watchdog);
        watchdog = setTimeout(end, QUIET_MS);
        if (outer.aborted) return;
        this.#take(event);
      }
    } finally {
      clearTimeout(watchdog);
      outer.removeEventListener('abort', end);
    }
  }

  #take(event: WatchAnswersResponse): void {
    this.#retry = 0;
    this.#position = event.kbRevision || this.#position;
    this.listener.state(event.freshness?.stale ? 'stale' : 'live');
    switch (event.event) {
      case Event.RESET:
        this.#awaiting = new Set(this.#names);
        break;
      case Event.CURRENT:
      case Event.CHANGED:
        this.#awaiting.delete(event.name);
        if (event.answer) this.listener.changed(event.name, event.answer, event.kbRevision);
        break;
      case Event.WITHDRAWN:
        this.#awaiting.delete(event.name);
        this.listener.withdrawn(event.name, event.withdrawalReason, event.kbRevision);
        break;
      case Event.HEARTBEAT:
        for (const name of this.#awaiting) this.listener.withdrawn(name, '', event.kbRevision);
        this.#awaiting.clear();
        break;
      default:
        break;
    }
  }

  // A little chance in the wait, so that all pages do not come back in the same instant.
  #pause(signal: AbortSignal): Promise<void> {
    const wait = Math.min(RETRY_MS * 2 ** this.#retry++, RETRY_MS_MAX) * (0.5 + Math.random());
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, wait);
      signal.addEventListener('abort', end);
    });
  }
}
