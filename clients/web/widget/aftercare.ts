// What a person does with an answer: says whether it helped, reports a mistake, takes a receipt.

import {inFours} from './format';
import {CallError, requestId, type Service} from './service';
import type {Texts} from './texts';
import type {Turn} from './turn';
import type {CorrectionStatus, Fault, ResolvedReceipt} from './types';

export type Found = {receipt?: ResolvedReceipt; correction?: CorrectionStatus; message?: string};

export class Aftercare {
  constructor(private readonly service: Service, private readonly texts: () => Texts, private readonly changed: () => void) {}

  // The service's own sentence, or ours where it was not reached or the reader reads no Chinese.
  sentence(error: unknown, fallback: string): string {
    const said = error instanceof CallError && !error.passing ? error.message : '';
    return (this.texts().readsChinese && said) || fallback;
  }

  async rate(turn: Turn, verdict: 'USEFUL' | 'USELESS'): Promise<void> {
    if (!turn.answer || turn.verdict) return;
    turn.verdict = verdict;
    turn.panel = verdict === 'USELESS' ? 'reasons' : '';
    turn.note = verdict === 'USEFUL' ? this.texts().thanks : '';
    this.changed();
    try {
      await this.service.feedback(turn.answer, verdict, turn.scope.region, turn.question);
    } catch (error) {
      turn.verdict = '';
      turn.panel = '';
      turn.note = this.sentence(error, this.texts().notSent);
    }
    this.changed();
  }

  // Counts only: no sign of success or failure is owed to the person.
  count(turn: Turn, verdict: 'CHOSEN' | 'HANDED_OVER'): void {
    if (turn.answer) this.service.feedback(turn.answer, verdict, turn.scope.region, '').catch(() => {});
  }

  beginReport(turn: Turn, fault: Fault): void {
    turn.panel = 'correct';
    turn.fault = fault;
    turn.note = '';
    turn.correction = undefined;
    this.changed();
  }

  async report(turn: Turn, words: string): Promise<void> {
    if (!turn.answer || turn.busy) return;
    turn.busy = true;
    turn.note = '';
    this.changed();
    try {
      const report = words.trim() || this.texts().faults[turn.fault];
      turn.correction = await this.service.correct(turn.answer, turn.fault, report, turn.scope.region, requestId());
      turn.panel = '';
    } catch (error) {
      turn.note = this.sentence(error, this.texts().notSent);
    }
    turn.busy = false;
    this.changed();
  }

  async takeReceipt(turn: Turn): Promise<void> {
    if (!turn.answer || turn.busy || turn.receiptCode) return;
    turn.busy = true;
    turn.note = '';
    this.changed();
    try {
      const reply = await this.service.giveReceipt(turn.answer, turn.scope, requestId());
      turn.receiptCode = inFours(reply.code ?? '');
    } catch (error) {
      const changed = error instanceof CallError && error.reason === 'RECEIPT_MISMATCH';
      turn.note = changed ? this.texts().changedMeanwhile : this.sentence(error, this.texts().notSent);
    }
    turn.busy = false;
    this.changed();
  }

  // A code may be of a receipt or of a report; their check digits differ.
  async find(code: string): Promise<Found> {
    const codes: string[] = [];
    try {
      return {receipt: await this.service.receipt(code)};
    } catch (error) {
      codes.push(error instanceof CallError ? error.code : '');
    }
    try {
      return {correction: await this.service.correction(code)};
    } catch (error) {
      codes.push(error instanceof CallError ? error.code : '');
    }
    if (codes.includes('not_found')) return {message: this.texts().noSuchCode};
    return {message: codes.every((one) => one === 'invalid_argument') ? this.texts().badCode : this.texts().failed};
  }
}

// Copies where the clipboard may not be had (no secure context) through a field of `root`.
export async function copyText(text: string, root: ShadowRoot): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.className = 'off-screen';
    field.readOnly = true;
    field.value = text;
    (root.querySelector('dialog[open]') ?? root).append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}
