// The public services over the Connect protocol: JSON by fetch.

import type {
  Answer, AnswerReply, AskReply, CorrectionReply, CorrectionStatus, Fault, Freshness, HotQuestion, Language,
  ReceiptReply, ResolvedReceipt, Suggestion,
} from './types';

const ANSWER = 'hotline.answer.v1.AnswerService/';
const INSIGHT = 'hotline.insight.v1.';
const TIMEOUT_MS = 8000;

// Who asks, where and in which language: part of every read.
export interface Scope {
  region: string;
  language: Language;
}

// Why a call failed. `code` says what may be done, `reason` which case it is, `message` is the service's own sentence;
// it is empty where the service was not reached.
export class CallError extends Error {
  constructor(readonly code: string, readonly reason: string, message = '') {
    super(message);
  }

  // True when the same call may succeed later without a change of it.
  get passing(): boolean {
    return ['unavailable', 'deadline_exceeded', 'resource_exhausted', 'offline'].includes(this.code);
  }
}

interface ErrorBody {
  code?: string;
  message?: string;
  details?: {debug?: {reason?: string; message?: string}}[];
}

export function requestId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  // Not a secure context: the same form from random bytes.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export class Service {
  // The newest position seen here. Sent with every read, so that an answer is never older than the last one.
  private token = '';

  constructor(readonly endpoint: string, readonly channel: string) {}

  ask(question: string, scope: Scope): Promise<AskReply> {
    return this.read('Ask', {question, ...scope, rendering: 'HTML'});
  }

  answer(name: string, scope: Scope): Promise<AnswerReply> {
    return this.read('GetAnswer', {name, ...scope, rendering: 'HTML'});
  }

  async suggest(text: string, region: string, signal: AbortSignal): Promise<Suggestion[]> {
    const reply = await this.read<{suggestions?: Suggestion[]; freshness?: Freshness}>(
      'Suggest', {text, region, pageSize: 6}, signal);
    return reply.suggestions ?? [];
  }

  async hotQuestions(region: string): Promise<HotQuestion[]> {
    const reply = await this.call<{questions?: HotQuestion[]}>(
      INSIGHT + 'UsageService/ListHotQuestions', {channel: this.channel, region, hours: 168, pageSize: 5});
    return reply.questions ?? [];
  }

  feedback(answer: Answer, verdict: string, region: string, question: string): Promise<unknown> {
    return this.call(INSIGHT + 'UsageService/ReportFeedback', {
      entry: answer.entry, revision: answer.revision, verdict, channel: this.channel, region, question,
      requestId: requestId(),
    });
  }

  correct(answer: Answer, fault: Fault, report: string, region: string, id: string): Promise<CorrectionReply> {
    return this.call(INSIGHT + 'CorrectionService/ReportCorrection', {
      entry: answer.entry, revision: answer.revision, fault, report, channel: this.channel, region, requestId: id,
    });
  }

  correction(code: string): Promise<CorrectionStatus> {
    return this.call(INSIGHT + 'CorrectionService/GetCorrectionStatus', {code});
  }

  giveReceipt(answer: Answer, scope: Scope, id: string): Promise<ReceiptReply> {
    return this.call(INSIGHT + 'ReceiptService/CreateReceipt', {
      entry: answer.entry, revision: answer.revision, kbRevision: answer.kbRevision, contentHash: answer.contentHash,
      channel: this.channel, region: scope.region, language: scope.language, requestId: id,
    });
  }

  receipt(name: string): Promise<ResolvedReceipt> {
    return this.call(INSIGHT + 'ReceiptService/GetReceipt', {name});
  }

  // The address of the event stream of some entries, from a position on.
  watchUrl(names: string[], scope: Scope, afterKbRevision: string): string {
    const query = new URLSearchParams({channel: this.channel, rendering: 'HTML', language: scope.language});
    for (const name of names) query.append('names', name);
    if (scope.region) query.set('region', scope.region);
    if (Number(afterKbRevision) > 0) query.set('after_kb_revision', afterKbRevision);
    return `${this.endpoint}/${ANSWER}WatchAnswers?${query}`;
  }

  // A read at the newest position seen here. A token of a base that was since replaced is let go, once.
  private async read<Reply extends {freshness?: Freshness}>(
    method: string, request: object, signal?: AbortSignal): Promise<Reply> {
    const body = {channel: this.channel, ...request};
    const token = this.token;
    try {
      return this.remember(
        await this.call<Reply>(ANSWER + method, token ? {...body, consistency: {atLeastToken: token}} : body, signal));
    } catch (error) {
      const replaced = error instanceof CallError &&
        (error.reason === 'OTHER_TIMELINE' || error.reason === 'INVALID_CONSISTENCY_TOKEN');
      if (!token || !replaced) throw error;
      this.token = '';
      return this.remember(await this.call<Reply>(ANSWER + method, body, signal));
    }
  }

  private remember<Reply extends {freshness?: Freshness}>(reply: Reply): Reply {
    this.token = reply.freshness?.consistencyToken || this.token;
    return reply;
  }

  private async call<Reply>(method: string, request: object, signal?: AbortSignal): Promise<Reply> {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), TIMEOUT_MS);
    signal?.addEventListener('abort', () => control.abort(), {once: true});
    try {
      const response = await fetch(`${this.endpoint}/${method}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Connect-Protocol-Version': '1',
          'Connect-Timeout-Ms': String(TIMEOUT_MS),
        },
        body: JSON.stringify(request),
        signal: control.signal,
        credentials: 'omit',
        cache: 'no-store',
      });
      const reply: unknown = await response.json().catch(() => null);
      if (response.ok && reply) return reply as Reply;
      throw failure(reply as ErrorBody | null, response.status);
    } catch (cause) {
      if (signal?.aborted || cause instanceof CallError) throw cause;
      throw new CallError('offline', 'OFFLINE');
    } finally {
      clearTimeout(timer);
    }
  }
}

function failure(body: ErrorBody | null, status: number): CallError {
  const details = body?.details ?? [];
  const reason = details.find((detail) => detail.debug?.reason)?.debug?.reason ?? '';
  const code = body?.code ?? (status >= 500 ? 'unavailable' : 'unknown');
  // The path of a field, which some sentences begin with, is for programs.
  return new CallError(code, reason, (body?.message ?? '').replace(/^[\w.]+ 的值无效：/, ''));
}
