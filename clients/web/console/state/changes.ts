// What differs between two answers, part by part.
import type {Answer} from '@/gen/hotline/answer/v1/answer_pb';

import {sectionsOf, type Section} from './sections';

export interface Change {
  // What the part is: a type of block, or 'question', 'notes', 'facts'.
  part: string;
  title: string;
  before: string;
  after: string;
}

// Parts of one type are paired in their order.
const keyOf = (sections: Section[], at: number): string => {
  const own = sections[at]!;
  return `${own.type} ${sections.slice(0, at).filter((other) => other.type === own.type).length}`;
};

const factsOf = (answer: Answer): string =>
  answer.facts.map((fact) => `${fact.displayName}：${fact.text}`).join('\n');

export function changesOf(before: Answer, after: Answer): Change[] {
  const older = sectionsOf(before.html);
  const newer = sectionsOf(after.html);
  const byKey = new Map(older.map((section, i) => [keyOf(older, i), section]));
  const changes: Change[] = [];
  const compare = (part: string, title: string, was: string, is: string) => {
    if (was !== is) changes.push({part, title, before: was, after: is});
  };
  compare('question', '', before.question, after.question);
  newer.forEach((section, i) => {
    const key = keyOf(newer, i);
    compare(section.type, section.title, byKey.get(key)?.text ?? '', section.text);
    byKey.delete(key);
  });
  for (const gone of byKey.values()) compare(gone.type, gone.title, gone.text, '');
  compare('notes', '', before.agentNotes, after.agentNotes);
  compare('facts', '', factsOf(before), factsOf(after));
  return changes;
}
