// One question of the conversation and what became of it.

import {fromServiceHtml} from './sanitize';
import type {LiveState} from './live';
import type {CallError, Scope} from './service';
import type {Answer, CorrectionReply, Fault, Hit, Referral} from './types';

export type TurnState = 'searching' | 'waiting' | 'answered' | 'choices' | 'unknown' | 'failed';

// What happened to an answer while it was shown.
export type News = 'updated' | 'held' | 'recalled' | 'expired';

const OLD_TEXT_MAX = 160;

export class Turn {
  private static last = 0;

  readonly key = ++Turn.last;
  state: TurnState = 'searching';
  run = 0; // number of the newest call for it: an earlier reply that comes late is dropped
  error?: CallError;

  answer?: Answer;
  choices: Hit[] = [];
  referral?: Referral;
  stale = false;

  live: LiveState = 'connecting';
  asOf = '';
  news?: News;
  oldText = '';

  expanded = false;
  panel: '' | 'reasons' | 'correct' = '';
  verdict: '' | 'USEFUL' | 'USELESS' = '';
  note = '';
  fault: Fault = 'WRONG';
  busy = false;
  correction?: CorrectionReply;
  receiptCode = '';
  copied = '';

  // `entry`: what is opened, when it was chosen rather than asked for.
  constructor(readonly question: string, public entry: string, public scope: Scope) {}

  get id(): string {
    return `turn-${this.key}`;
  }

  get withdrawn(): boolean {
    return this.news === 'recalled' || this.news === 'expired';
  }

  // The answer as elements; made once, so that rendering again does not touch it.
  private made: {html: string; text: HTMLElement} | null = null;

  get text(): HTMLElement {
    const html = this.answer?.html ?? '';
    if (this.made?.html !== html) {
      const text = document.createElement('div');
      text.className = 'text';
      text.append(fromServiceHtml(html));
      const lead = text.querySelector(':scope > section[data-type=CONCLUSION]') ?? text.firstElementChild;
      lead?.setAttribute('data-lead', '');
      this.made = {html, text};
    }
    return this.made.text;
  }

  // True when there is more than the conclusion.
  get hasMore(): boolean {
    return this.text.childElementCount > 1;
  }

  // The conclusion without its heading.
  get conclusion(): string {
    const lead = this.text.querySelector('[data-lead]')?.cloneNode(true);
    if (!(lead instanceof Element)) return this.text.textContent?.trim() ?? '';
    for (const heading of lead.querySelectorAll('h4')) heading.remove();
    return lead.textContent?.trim() ?? '';
  }

  show(answer: Answer): void {
    this.answer = answer;
    this.entry = answer.entry;
    this.state = 'answered';
    this.receiptCode = '';
  }

  // A state of the answer from the stream. The one that is shown already changes nothing.
  renew(answer: Answer): boolean {
    const shown = this.answer;
    // A held answer keeps hash and revision of the approved one: what is shown decides as well.
    const same = shown && !this.withdrawn && answer.contentHash === shown.contentHash &&
      answer.revision === shown.revision && answer.html === shown.html && !answer.suspect === !shown.suspect;
    if (same) return false;
    this.oldText = this.withdrawn || answer.held ? '' : [...this.conclusion].slice(0, OLD_TEXT_MAX).join('');
    this.news = answer.held ? 'held' : 'updated';
    this.expanded = false;
    this.panel = '';
    this.verdict = '';
    this.note = '';
    this.show(answer);
    return true;
  }

  // Nothing is said any more: the text goes, for screen readers and copies too.
  withdraw(reason: string): boolean {
    if (this.withdrawn || !this.answer) return false;
    this.news = reason === 'EXPIRED' ? 'expired' : 'recalled';
    this.oldText = '';
    this.panel = '';
    this.receiptCode = '';
    this.answer = {...this.answer, html: '', shortAnswer: ''};
    return true;
  }
}
