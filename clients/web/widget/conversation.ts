// The questions of this tab: asks them, keeps their answers current, sends again what the network did not take.

import {LiveAnswers, type Listener} from './live';
import type {Remembered} from './memory';
import {CallError, type Scope, type Service} from './service';
import {Turn} from './turn';
import type {AskReply} from './types';

const TURNS_MAX = 20;
const RETRY_MS = 1_500;
const RETRY_MS_MAX = 20_000;

export interface Watcher {
  changed(): void; // something is to be shown anew
  settled(turn: Turn): void; // a question has its reply, or why there is none
  renewed(turn: Turn): void; // a shown answer is another, or gone
}

const same = (a: Scope, b: Scope) => a.region === b.region && a.language === b.language;

export class Conversation {
  turns: Turn[] = [];
  offline = !navigator.onLine;

  private streams: LiveAnswers[] = [];
  private retries = 0;
  private retryTimer = 0;

  constructor(private readonly service: Service, private readonly scope: () => Scope, private readonly watcher: Watcher) {}

  get remembered(): Remembered[] {
    return this.turns.map((turn) => ({question: turn.question, entry: turn.entry, region: turn.scope.region}));
  }

  ask(question: string): Turn {
    return this.begin(new Turn(question, '', this.scope()));
  }

  // Opens an entry that a list offered.
  open(entry: string, question: string): Turn {
    return this.begin(new Turn(question, entry, this.scope()));
  }

  // What was asked before the page was loaded again. Read anew: nothing of an answer was kept.
  restore(kept: Remembered[]): void {
    for (const {question, entry, region} of kept.slice(-TURNS_MAX)) {
      this.begin(new Turn(question, entry ?? '', {...this.scope(), region}));
    }
  }

  retry(turn: Turn): void {
    void this.run(turn);
  }

  // The newest question again, for another region; everything again, for another language.
  again(which: 'last' | 'all'): void {
    const turns = which === 'all' ? this.turns : this.turns.slice(-1);
    for (const turn of turns) {
      this.unfollow(turn);
      const asked = turn.state === 'answered' && which === 'all' ? turn.entry : '';
      turn.scope = which === 'all' ? {...turn.scope, language: this.scope().language} : this.scope();
      turn.entry = asked;
      turn.news = undefined;
      void this.run(turn);
    }
  }

  clear(): void {
    for (const turn of this.turns) turn.run = -1;
    this.turns = [];
    this.stop();
    this.watcher.changed();
  }

  // The element stands in a page again.
  resume(): void {
    for (const turn of this.turns) if (turn.state === 'answered') this.follow(turn);
    this.sendWaiting();
  }

  stop(): void {
    clearTimeout(this.retryTimer);
    for (const stream of this.streams) stream.close();
    this.streams = [];
  }

  pause(): void {
    for (const stream of this.streams) stream.close();
  }

  // Whatever waits for its next try tries now.
  hurry(): void {
    for (const stream of this.streams) stream.hurry();
    this.sendWaiting();
  }

  // The browser says that there is a network again, or none.
  network(online: boolean): void {
    if (!online) return this.lost();
    this.retries = 0;
    this.hurry();
    if (this.streams.length === 0 && !this.turns.some((turn) => turn.state === 'waiting')) this.back();
  }

  private begin(turn: Turn): Turn {
    this.turns = [...this.turns, turn];
    while (this.turns.length > TURNS_MAX) {
      const [oldest, ...rest] = this.turns;
      this.turns = rest;
      if (oldest) this.unfollow(oldest);
    }
    void this.run(turn);
    return turn;
  }

  private async run(turn: Turn): Promise<void> {
    const run = ++turn.run;
    if (turn.state !== 'waiting') turn.state = 'searching';
    this.watcher.changed();
    try {
      const reply = turn.entry
        ? {outcome: 'ANSWERED' as const, ...(await this.service.answer(turn.entry, turn.scope))}
        : await this.service.ask(turn.question, turn.scope);
      if (run !== turn.run) return;
      this.take(turn, reply);
      this.back();
    } catch (error) {
      if (run !== turn.run) return;
      this.fail(turn, error instanceof CallError ? error : new CallError('unknown', ''));
    }
  }

  private take(turn: Turn, reply: AskReply): void {
    turn.error = undefined;
    turn.stale = reply.freshness?.stale === true;
    turn.asOf = reply.freshness?.logTime ?? '';
    turn.choices = reply.choices ?? [];
    turn.referral = reply.referral;
    if (reply.outcome === 'ANSWERED' && reply.answer) {
      turn.show(reply.answer);
      turn.live = turn.stale ? 'stale' : 'connecting';
      this.follow(turn);
    } else {
      turn.state = reply.outcome === 'CHOICES' ? 'choices' : 'unknown';
    }
    this.watcher.settled(turn);
    this.watcher.changed();
  }

  private fail(turn: Turn, error: CallError): void {
    const first = turn.state !== 'waiting';
    turn.error = error;
    turn.state = error.passing ? 'waiting' : 'failed';
    if (error.code === 'offline') this.offline = true;
    if (error.passing) this.sendLater();
    if (first) this.watcher.settled(turn);
    this.watcher.changed();
  }

  private sendLater(): void {
    clearTimeout(this.retryTimer);
    const wait = Math.min(RETRY_MS * 2 ** this.retries++, RETRY_MS_MAX) * (0.5 + Math.random());
    this.retryTimer = window.setTimeout(() => this.sendWaiting(), wait);
  }

  private sendWaiting(): void {
    for (const turn of this.turns) if (turn.state === 'waiting') void this.run(turn);
  }

  private lost(): void {
    if (this.offline) return;
    this.offline = true;
    this.watcher.changed();
  }

  private back(): void {
    this.retries = 0;
    if (!this.offline) return;
    this.offline = false;
    this.watcher.changed();
    this.sendWaiting();
  }

  private follow(turn: Turn): void {
    let stream = this.streams.find((one) => same(one.scope, turn.scope));
    const position = turn.answer?.kbRevision ?? '0';
    if (!stream) {
      stream = new LiveAnswers(this.service, turn.scope, position, this.listener(turn.scope));
      this.streams.push(stream);
    }
    stream.add(turn.entry, position);
    if (!turn.stale) turn.live = stream.current;
  }

  private unfollow(turn: Turn): void {
    const others = this.turns.some((one) => one !== turn && one.entry === turn.entry && same(one.scope, turn.scope));
    if (others || !turn.entry) return;
    const stream = this.streams.find((one) => same(one.scope, turn.scope));
    stream?.remove(turn.entry);
    if (stream?.size === 0) this.streams = this.streams.filter((one) => one !== stream);
  }

  private listener(scope: Scope): Listener {
    const shown = () => this.turns.filter((turn) => turn.state === 'answered' && same(turn.scope, scope));
    const tell = (turn: Turn, changed: boolean) => {
      if (!changed) return;
      this.watcher.renewed(turn);
      this.watcher.changed();
    };
    return {
      changed: (answer) => {
        for (const turn of shown()) if (turn.entry === answer.entry) tell(turn, turn.renew(answer));
      },
      withdrawn: (entry, reason) => {
        for (const turn of shown()) if (turn.entry === entry) tell(turn, turn.withdraw(reason));
      },
      state: (state, freshness) => {
        for (const turn of shown()) {
          turn.live = state;
          if (freshness?.logTime) turn.asOf = freshness.logTime;
          if (freshness) turn.stale = freshness.stale === true;
        }
        if (state === 'offline') this.lost();
        else this.back();
        this.watcher.changed();
      },
    };
  }
}
