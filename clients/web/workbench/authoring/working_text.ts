// The working text as the editor holds it: plain strings and lists, so that it can be kept, compared and merged.
import {create, fromJson, toJson} from '@bufbuild/protobuf';
import {timestampDate, timestampFromDate} from '@bufbuild/protobuf/wkt';

import {EntryContentSchema, type EntryContent} from '@/gen/hotline/knowledge/v1/entry_pb';
import {instantOf, momentField} from '@/lib/spans';

export interface Block {
  type: string;
  title: string;
  text: string;
}

export const VALUE_PATHS = ['kind', 'question', 'short_answer', 'agent_notes', 'category', 'department', 'region', 'audience',
  'risk', 'effective_time', 'expire_time', 'review_time'] as const;
export const LIST_PATHS = ['similar_questions', 'keywords', 'channels', 'policies'] as const;
export type ValuePath = typeof VALUE_PATHS[number];
export type ListPath = typeof LIST_PATHS[number];

// Enums by their names, times as RFC 3339; '' = not set.
export type WorkingText = Record<ValuePath, string> & Record<ListPath, string[]> & {blocks: Block[]};

// Long texts, which are merged sentence by sentence.
export const TEXT_PATHS: readonly ValuePath[] = ['short_answer', 'agent_notes'];

export const BLOCK_TYPES = ['CONCLUSION', 'CONDITIONS', 'MATERIALS', 'PROCEDURE', 'TIME_LIMIT', 'FEE', 'LOCATION', 'PHONE',
  'BASIS', 'LINK', 'NOTE'] as const;
export const KINDS = ['FAQ', 'GUIDE', 'FUNCTION', 'RESULT_QUERY', 'POLICY_DOCUMENT', 'INTERPRETATION', 'NOTICE', 'EMERGENCY',
  'STATUTE', 'CASE'] as const;
export const CHANNELS = ['AGENT', 'WEB', 'WECHAT', 'WEIBO', 'SMS', 'IVR', 'API'] as const;
export const RISKS = ['LOW', 'NORMAL', 'HIGH'] as const;
export const AUDIENCES = ['PUBLIC', 'AGENT_ONLY'] as const;

export function emptyText(): WorkingText {
  return {kind: 'FAQ', question: '', short_answer: '', agent_notes: '', category: '', department: '', region: '', audience: 'PUBLIC',
    risk: 'NORMAL', effective_time: '', expire_time: '', review_time: '', similar_questions: [], keywords: [], channels: [],
    policies: [], blocks: [{type: 'CONCLUSION', title: '', text: ''}]};
}

export function textOf(content: EntryContent | undefined): WorkingText {
  const json = toJson(EntryContentSchema, content ?? create(EntryContentSchema));
  return {
    kind: json.kind ?? '', question: json.question ?? '', short_answer: json.shortAnswer ?? '', agent_notes: json.agentNotes ?? '',
    category: json.category ?? '', department: json.department ?? '', region: json.region ?? '',
    audience: json.audience ?? 'PUBLIC', risk: json.risk ?? 'NORMAL', effective_time: json.validity?.effectiveTime ?? '',
    expire_time: json.validity?.expireTime ?? '', review_time: json.validity?.reviewTime ?? '',
    similar_questions: json.similarQuestions ?? [], keywords: json.keywords ?? [], channels: json.channels ?? [],
    policies: json.policies ?? [],
    blocks: (json.blocks ?? []).map((block) => ({type: block.type ?? '', title: block.title ?? '', text: block.text ?? ''})),
  };
}

// As it is sent: blanks around short texts and empty lines of lists are nobody's intention.
export function contentOf(text: WorkingText): EntryContent {
  const lines = (list: string[]) => list.map((line) => line.trim()).filter((line) => line !== '');
  return fromJson(EntryContentSchema, {
    kind: text.kind || 'ENTRY_KIND_UNSPECIFIED', question: text.question.trim(), shortAnswer: text.short_answer.trim(),
    agentNotes: text.agent_notes, category: text.category.trim(), department: text.department, region: text.region.trim(),
    audience: text.audience || 'PUBLIC', risk: text.risk || 'NORMAL', similarQuestions: lines(text.similar_questions),
    keywords: lines(text.keywords), channels: text.channels, policies: text.policies,
    validity: {
      ...(text.effective_time && {effectiveTime: text.effective_time}),
      ...(text.expire_time && {expireTime: text.expire_time}),
      ...(text.review_time && {reviewTime: text.review_time}),
    },
    blocks: text.blocks.map((block) => ({type: block.type || 'TYPE_UNSPECIFIED', title: block.title.trim(), text: block.text})),
  });
}

export function copyText(text: WorkingText): WorkingText {
  return {...text, similar_questions: [...text.similar_questions], keywords: [...text.keywords], channels: [...text.channels],
    policies: [...text.policies], blocks: text.blocks.map((block) => ({...block}))};
}

export const sameBlock = (a: Block, b: Block) => a.type === b.type && a.title === b.title && a.text === b.text;
export const sameList = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((item, i) => item === b[i]);

// The fields that differ, as paths of an update mask.
export function changedPaths(before: WorkingText, after: WorkingText): string[] {
  const times: readonly ValuePath[] = ['effective_time', 'expire_time', 'review_time'];
  const values = VALUE_PATHS.filter((path) => before[path] !== after[path])
    .map((path) => times.includes(path) ? `content.validity.${path}` : `content.${path}`);
  const lists = LIST_PATHS.filter((path) => !sameList(before[path], after[path])).map((path) => `content.${path}`);
  const blocks = before.blocks.length === after.blocks.length && before.blocks.every((block, i) => sameBlock(block, after.blocks[i]!));
  return [...values, ...lists, ...(blocks ? [] : ['content.blocks'])];
}

// "2026-11-26T16:00:00Z" -> "2026-11-27T00:00", the hotline's own time for a field of date and time.
export function localTime(time: string): string {
  return time ? momentField(timestampFromDate(new Date(time))) : '';
}

export function timeOfLocal(local: string): string {
  const at = instantOf(local);
  return at ? timestampDate(at).toISOString().replace('.000Z', 'Z') : '';
}
