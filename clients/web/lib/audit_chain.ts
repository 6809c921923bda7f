// Checks an exported audit line by line, as docs/audit.md says: the hashes, the chain, and that what people read is what was
// recorded. Without our program on the server having a say.
import {fromBinary} from '@bufbuild/protobuf';
import {base64Decode} from '@bufbuild/protobuf/wire';

import {AuditDetailsSchema, AuditRecordSchema, LogEntry_HashAlgorithm as Algorithm} from '@/gen/hotline/store/v1/change_pb';

export interface ChainFault {
  line: number;
  // Key of the words of the fault.
  what: 'format' | 'algorithm' | 'hash' | 'details' | 'chain' | 'sequence' | 'readable' | 'end' | 'anchor';
}

export interface Anchor {
  date: string;
  timeline: string;
  sequence: number;
  hash: string;
}

interface Line {
  koujing_audit?: number;
  timeline?: string;
  after?: number;
  prev_hash?: string;
  sequence?: number;
  actor?: string;
  action?: string;
  names?: string[];
  request_id?: string;
  kb_revision?: number;
  address?: string;
  credential?: string;
  rpc?: string;
  call_id?: string;
  hash?: string;
  details_hash?: string;
  record?: string;
  details?: string;
  end?: number;
  events?: {actor?: string; rpc?: string; names?: string[]; count?: number}[];
}

const FORMAT = 1;
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const named = (bytes: Uint8Array) => bytes.length > 0 ? `sha256:${hex(bytes)}` : '';

async function sha256(bytes: Uint8Array): Promise<string> {
  return named(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))));
}

const same = (a: readonly string[] = [], b: readonly string[] = []) => a.length === b.length && a.every((each, i) => each === b[i]);

export class AuditChain {
  readonly faults: ChainFault[] = [];
  records = 0;
  first = 0;
  last = 0;
  timeline = '';
  complete = false;
  #lines = 0;
  #previous = '';
  #anchors: Anchor[];
  readonly met = new Set<string>(); // dates of anchors that fit

  constructor(anchors: Anchor[] = []) {
    this.#anchors = anchors;
  }

  #fault(what: ChainFault['what']): void {
    this.faults.push({line: this.#lines, what});
  }

  async take(text: string): Promise<void> {
    ++this.#lines;
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      return this.#fault('format');
    }
    if (line === null || typeof line !== 'object') return this.#fault('format');
    if (this.#lines === 1) return this.#begin(line);
    if (this.complete) return this.#fault('end');
    if (line.end !== undefined) return this.#end(line);
    await this.#record(line).catch(() => this.#fault('format'));
  }

  #begin(line: Line): void {
    if (line.koujing_audit !== FORMAT || typeof line.after !== 'number') return this.#fault('format');
    this.timeline = line.timeline ?? '';
    this.last = line.after;
    this.first = line.after + 1;
    this.#previous = line.prev_hash ?? '';
    for (const anchor of this.#anchors) if (anchor.timeline !== this.timeline) this.#fault('anchor');
  }

  async #record(line: Line): Promise<void> {
    const bytes = base64Decode(line.record ?? '');
    const record = fromBinary(AuditRecordSchema, bytes);
    const hash = await sha256(bytes);
    ++this.records;
    if (record.hashAlgorithm !== Algorithm.SHA256) this.#fault('algorithm');
    if (hash !== line.hash) this.#fault('hash');
    if (named(record.prevHash) !== this.#previous) this.#fault('chain');
    if (Number(record.sequence) !== this.last + 1) this.#fault('sequence');
    this.last = Number(record.sequence);
    this.#previous = hash;
    const details = line.details ? base64Decode(line.details) : new Uint8Array();
    const detailsHash = details.length > 0 ? await sha256(details) : '';
    if (detailsHash !== named(record.detailsHash) || (line.details_hash ?? '') !== detailsHash) this.#fault('details');
    const {origin, batch} = fromBinary(AuditDetailsSchema, details);
    const events = batch?.events ?? [];
    const readable = line.sequence === Number(record.sequence) && (line.actor ?? '') === record.actor && (line.action ?? '') === record.action &&
      (line.request_id ?? '') === record.requestId && (line.kb_revision ?? 0) === Number(record.kbRevision) && same(line.names, record.names) &&
      (line.address ?? '') === (origin?.address ?? '') && (line.credential ?? '') === (origin?.credential ?? '') &&
      (line.rpc ?? '') === (origin?.rpc ?? '') && (line.call_id ?? '') === (origin?.callId ?? '') &&
      (line.events?.length ?? 0) === events.length && events.every((event, i) => (line.events![i]!.actor ?? '') === event.actor &&
        (line.events![i]!.rpc ?? '') === event.rpc && same(line.events![i]!.names, event.names) && (line.events![i]!.count ?? 0) === Number(event.count));
    if (!readable) this.#fault('readable');
    for (const anchor of this.#anchors) {
      if (anchor.sequence !== this.last) continue;
      if (anchor.hash === hash) this.met.add(anchor.date);
      else this.#fault('anchor');
    }
  }

  #end(line: Line): void {
    this.complete = true;
    if (line.end !== this.last || (line.hash ?? '') !== this.#previous) this.#fault('end');
  }

  // Call it when there are no more lines.
  finish(): void {
    if (!this.complete) this.#fault('end');
  }
}
