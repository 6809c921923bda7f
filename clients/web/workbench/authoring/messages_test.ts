import {expect, test} from 'vitest';

import {Finding_Fault, Finding_Severity} from '@/gen/hotline/knowledge/v1/check_service_pb';
import {AnswerBlock_Type, Entry_State, EntryKind, EntryRevision_Fate, Review_Status, RiskClass} from '@/gen/hotline/knowledge/v1/entry_pb';
import {Policy_Status, RecallReceipt_Standing, Release_Item_Action, Release_State, Task_Kind} from '@/gen/hotline/knowledge/v1/resources_pb';
import {Audience, Channel} from '@/gen/hotline/type/v1/channel_pb';
import type {Words} from '@/ui/i18n';

import {zh} from './messages';

function keysOf(words: Words, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => typeof value === 'string' ? [`${prefix}${key}`] : keysOf(value, `${prefix}${key}.`));
}

test('every value that the contract knows has a word', () => {
  const known = new Set(keysOf(zh));
  const enums: [string, Record<string, string | number>][] = [['kind', EntryKind], ['block', AnswerBlock_Type], ['state', Entry_State], ['fate', EntryRevision_Fate],
    ['fault', Finding_Fault], ['severity', Finding_Severity], ['review.status', Review_Status], ['risk', RiskClass], ['policyStatus', Policy_Status],
    ['standing', RecallReceipt_Standing], ['release.action', Release_Item_Action], ['release.state', Release_State], ['task', Task_Kind], ['audience', Audience], ['channel', Channel]];
  const missing = enums.flatMap(([prefix, values]) => Object.entries(values)
    .filter(([, number]) => typeof number === 'number' && number > 0).map(([name]) => `authoring.${prefix}.${name}`)).filter((key) => !known.has(key));
  expect(missing).toEqual([]);
});
