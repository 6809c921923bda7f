// Every word that a screen asks for is there, in both languages.
import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';

import {Finding_Fault, Finding_Severity} from '@/gen/hotline/knowledge/v1/check_service_pb';
import {AnswerBlock_Type, Entry_State, EntryKind, EntryRevision_Fate, Review_Status, RiskClass} from '@/gen/hotline/knowledge/v1/entry_pb';
import {Policy_Status, RecallReceipt_Standing, Release_Item_Action, Release_State, Task_Kind} from '@/gen/hotline/knowledge/v1/resources_pb';
import {Audience, Channel} from '@/gen/hotline/type/v1/channel_pb';

import {en, zh} from './messages';

type Words = {[key: string]: string | Words};

function keysOf(words: Words, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => typeof value === 'string' ? [`${prefix}${key}`] : keysOf(value, `${prefix}${key}.`));
}

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
const at = (words: Words, key: string) => key.split('.').reduce<string | Words>((inner, part) => (inner as Words)[part]!, words) as string;

test('both languages have the same words with the same values in them', () => {
  expect(keysOf(en)).toEqual(keysOf(zh));
  for (const key of keysOf(zh)) expect([key, placeholders(at(en, key))]).toEqual([key, placeholders(at(zh, key))]);
});

test('what the screens ask for exists', () => {
  const folder = `${process.cwd()}/clients/web/workbench/authoring`;
  const known = new Set(keysOf(zh));
  const asked = readdirSync(folder).filter((file) => /\.(vue|ts)$/.test(file) && !file.endsWith('_test.ts'))
    .flatMap((file) => [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/\bw\('([\w.]+)'/g)].map((found) => `authoring.${found[1]}`));
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter((key) => !known.has(key))).toEqual([]);
});

test('every value that the contract knows has a word', () => {
  const known = new Set(keysOf(zh));
  const enums: [string, Record<string, string | number>][] = [['kind', EntryKind], ['block', AnswerBlock_Type], ['state', Entry_State], ['fate', EntryRevision_Fate],
    ['fault', Finding_Fault], ['severity', Finding_Severity], ['review.status', Review_Status], ['risk', RiskClass], ['policyStatus', Policy_Status],
    ['standing', RecallReceipt_Standing], ['release.action', Release_Item_Action], ['release.state', Release_State], ['task', Task_Kind], ['audience', Audience], ['channel', Channel]];
  const missing = enums.flatMap(([prefix, values]) => Object.entries(values)
    .filter(([, number]) => typeof number === 'number' && number > 0).map(([name]) => `authoring.${prefix}.${name}`)).filter((key) => !known.has(key));
  expect(missing).toEqual([]);
});
