// Follows one answer as it changes. Server-sent events: the browser reconnects by itself and says the last event that it
// has (Last-Event-ID); where it gives up (an error status), this opens the stream anew from the same position.

import {watchUrl} from './api.js';

const QUIET_MS = 25000;  // the service speaks at least every 15 s
const RETRY_MS = 1000;
const RETRY_MS_MAX = 30000;

// `listener` has changed(answer, revision), withdrawn(reason, kbRevision) and state(name): 'live', 'stale' (connected,
// but the service cannot confirm that it is current) or 'offline'.
export class LiveAnswer {
  #name;
  #region;
  #position;
  #listener;
  #source = null;
  #retry = 0;
  #timer = 0;
  #quiet = 0;
  #closed = false;
  #awaitsState = false;  // after RESET: the present state follows, or there is none

  constructor(answer, region, listener) {
    this.#name = answer.entry;
    this.#region = region;
    this.#position = answer.kbRevision ?? '0';
    this.#listener = listener;
    this.#open();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#quiet);
    this.#source?.close();
  }

  #open() {
    this.#source = new EventSource(watchUrl(this.#name, this.#region, this.#position));
    this.#source.onopen = () => this.#heard('live');
    this.#source.onmessage = (event) => this.#take(event);
    this.#source.addEventListener('failure', () => this.#reopen());
    this.#source.onerror = () => {
      this.#listener.state('offline');
      if (this.#source.readyState === EventSource.CLOSED) this.#reopen();
    };
  }

  #reopen() {
    if (this.#closed) return;
    this.#source.close();
    this.#listener.state('offline');
    // A little chance in the wait, so that all pages do not come back in the same instant.
    const wait = Math.min(RETRY_MS * 2 ** this.#retry++, RETRY_MS_MAX) * (0.5 + Math.random());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #heard(state) {
    this.#listener.state(state);
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#reopen(), QUIET_MS);
  }

  #take(message) {
    if (this.#closed) return;
    const event = JSON.parse(message.data);
    this.#retry = 0;
    if (message.lastEventId) this.#position = message.lastEventId;
    this.#heard(event.freshness?.stale ? 'stale' : 'live');
    switch (event.event) {
      case 'RESET':
        this.#awaitsState = true;
        break;
      case 'CURRENT':
      case 'CHANGED':
        this.#awaitsState = false;
        if (event.answer) this.#listener.changed(event.answer);
        break;
      case 'WITHDRAWN':
        this.#awaitsState = false;
        this.#listener.withdrawn(event.withdrawalReason ?? '', event.kbRevision ?? '');
        break;
      case 'HEARTBEAT':
        if (this.#awaitsState) this.#listener.withdrawn('', event.kbRevision ?? '');
        this.#awaitsState = false;
        break;
    }
  }
}
