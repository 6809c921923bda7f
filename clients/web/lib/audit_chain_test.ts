import {create, toBinary} from '@bufbuild/protobuf';
import {base64Encode} from '@bufbuild/protobuf/wire';
import {expect, test} from 'vitest';

import {AuditDetailsSchema, AuditRecordSchema, LogEntry_HashAlgorithm as Algorithm} from '@/gen/hotline/store/v1/change_pb';

import {AuditChain, type Anchor} from './audit_chain';

const digest = async (bytes: Uint8Array) => new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
const named = (bytes: Uint8Array) => `sha256:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

// An export of `n` records as the service writes it.
async function exported(n: number): Promise<string[]> {
  const lines = [JSON.stringify({koujing_audit: 1, timeline: 't', after: 0, last: n, prev_hash: ''})];
  let previous = new Uint8Array();
  for (let i = 1; i <= n; ++i) {
    const details = toBinary(AuditDetailsSchema, create(AuditDetailsSchema, {origin: {address: 'ipv4:1', rpc: '/x/Y'}}));
    const detailsHash = await digest(details);
    const record = toBinary(AuditRecordSchema, create(AuditRecordSchema, {sequence: BigInt(i), actor: 'people/li', action: 'PublishEntry',
      names: ['entries/a'], kbRevision: BigInt(i), hashAlgorithm: Algorithm.SHA256, prevHash: previous, detailsHash}));
    previous = await digest(record);
    lines.push(JSON.stringify({sequence: i, actor: 'people/li', action: 'PublishEntry', names: ['entries/a'], kb_revision: i, address: 'ipv4:1',
      rpc: '/x/Y', details_hash: named(detailsHash), hash: named(previous), record: base64Encode(record), details: base64Encode(details)}));
  }
  return [...lines, JSON.stringify({end: n, hash: named(previous)})];
}

async function check(lines: string[], anchors: Anchor[] = []): Promise<AuditChain> {
  const chain = new AuditChain(anchors);
  for (const line of lines) await chain.take(line);
  chain.finish();
  return chain;
}

test('a whole export passes, and an anchor that fits is met', async () => {
  const lines = await exported(5);
  const hash = (JSON.parse(lines[3]!) as {hash: string}).hash;
  const chain = await check(lines, [{date: '2026-11-25', timeline: 't', sequence: 3, hash}]);
  expect(chain.faults).toEqual([]);
  expect(chain.records).toBe(5);
  expect([...chain.met]).toEqual(['2026-11-25']);
});

test.each([
  ['a changed word in what people read', (lines: string[]) => lines.with(2, lines[2]!.replace('people/li', 'people/wu'))],
  ['a missing record', (lines: string[]) => lines.toSpliced(2, 1)],
  ['exchanged records', (lines: string[]) => lines.with(2, lines[3]!).with(3, lines[2]!)],
  ['a cut', (lines: string[]) => lines.slice(0, 4)],
  ['a changed record', (lines: string[]) => lines.with(3, lines[3]!.replace(/"record":"(.{20})./, '"record":"$1A'))],
  ['a line that is no JSON', (lines: string[]) => lines.with(3, 'x')],
  ['something behind the end', (lines: string[]) => [...lines, lines[2]!]],
])('%s is found', async (_, damage) => {
  expect((await check(damage(await exported(5)))).faults.length).toBeGreaterThan(0);
});

test('an anchor of another chain does not fit', async () => {
  const chain = await check(await exported(3), [{date: '2026-11-25', timeline: 't', sequence: 2, hash: 'sha256:00'}]);
  expect(chain.faults).toEqual([{line: 3, what: 'anchor'}]);
});
