// Follows answers as they change, over server-sent events. The browser reconnects by itself and says the last event that
// it has (Last-Event-ID); where it gives up (an error status) the stream is opened anew from the same position.

import type {Scope, Service} from './service';
import type {Answer, Freshness, WatchEvent} from './types';

const QUIET_MS = 25_000; // the service speaks at least every 15 s
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 30_000;

export type LiveState = 'connecting' | 'live' | 'stale' | 'offline';

export interface Listener {
  changed(answer: Answer, kbRevision: string): void;
  withdrawn(entry: string, reason: string): void;
  state(state: LiveState, freshness?: Freshness): void;
}

// One stream for all entries that are shown for one scope.
export class LiveAnswers {
  private source: EventSource | null = null;
  private readonly names = new Set<string>();
  private readonly unheard = new Set<string>(); // after RESET: their state follows, or there is none
  private retries = 0;
  private retryTimer = 0;
  private quietTimer = 0;

  constructor(private readonly service: Service, readonly scope: Scope, private position: string,
              private readonly listener: Listener) {}

  get size(): number {
    return this.names.size;
  }

  // Begins to follow one more entry, read at `kbRevision`: what changed after the older of both positions is told.
  add(entry: string, kbRevision: string): void {
    if (this.names.has(entry) && this.source) return;
    this.names.add(entry);
    if (!Number(this.position) || Number(kbRevision) < Number(this.position)) this.position = kbRevision;
    this.open();
  }

  remove(entry: string): void {
    if (!this.names.delete(entry)) return;
    if (this.names.size === 0) this.close();
    else this.open();
  }

  close(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.quietTimer);
    this.source?.close();
    this.source = null;
  }

  // The network is back: do not wait for the next try.
  hurry(): void {
    if (this.names.size > 0 && this.source?.readyState !== EventSource.OPEN) this.open();
  }

  private open(): void {
    this.close();
    const source = new EventSource(this.service.watchUrl([...this.names], this.scope, this.position));
    this.source = source;
    source.onopen = () => this.heard('live');
    source.onmessage = (event: MessageEvent<string>) => this.take(event);
    source.addEventListener('failure', () => this.reopenLater());
    source.onerror = () => {
      this.listener.state('offline');
      if (source.readyState === EventSource.CLOSED) this.reopenLater();
    };
    this.listen();
  }

  private reopenLater(): void {
    this.close();
    this.listener.state('offline');
    // A little chance in the wait, so that all pages do not come back in the same instant.
    const wait = Math.min(RETRY_MS * 2 ** this.retries++, RETRY_MS_MAX) * (0.5 + Math.random());
    this.retryTimer = window.setTimeout(() => this.open(), wait);
  }

  private listen(): void {
    clearTimeout(this.quietTimer);
    this.quietTimer = window.setTimeout(() => this.reopenLater(), QUIET_MS);
  }

  private heard(state: LiveState, freshness?: Freshness): void {
    this.listener.state(state, freshness);
    this.listen();
  }

  private take(message: MessageEvent<string>): void {
    const event = JSON.parse(message.data) as WatchEvent;
    this.retries = 0;
    if (message.lastEventId) this.position = message.lastEventId;
    this.heard(event.freshness?.stale ? 'stale' : 'live', event.freshness);
    switch (event.event) {
      case 'RESET':
        for (const name of this.names) this.unheard.add(name);
        break;
      case 'CURRENT':
      case 'CHANGED':
        if (event.name) this.unheard.delete(event.name);
        if (event.answer) this.listener.changed(event.answer, event.kbRevision ?? '');
        break;
      case 'WITHDRAWN':
        if (event.name) this.unheard.delete(event.name);
        this.listener.withdrawn(event.name ?? '', event.withdrawalReason ?? '');
        break;
      case 'HEARTBEAT':
        for (const name of this.unheard) this.listener.withdrawn(name, '');
        this.unheard.clear();
        break;
    }
  }
}
