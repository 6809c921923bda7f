// What entries are called, for lists that only know their names. Asked for when first shown, a few at a time.
import {shallowReactive} from 'vue';

import {EntryView, KnowledgeService} from '@/gen/hotline/knowledge/v1/knowledge_service_pb';
import {clientOf} from '@/lib/calls';
import {idOf} from '@/lib/formats';

import {self} from './may';

const AT_ONCE = 4;

const questions = shallowReactive(new Map<string, string>());
const asked = new Set<string>();
const waiting: string[] = [];
let running = 0;
let person = '';

async function work(): Promise<void> {
  running++;
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    try {
      const entry = await clientOf(KnowledgeService).getEntry({name, view: EntryView.BASIC});
      questions.set(name, entry.content?.question ?? '');
    } catch {
      asked.delete(name); // its id stands for it; asked again when it is next shown
    }
  }
  running--;
}

// The question of `entries/…`; its id until it is known. Reactive.
export function entryQuestion(name: string): string {
  if (person !== self()) {
    person = self();
    asked.clear();
    questions.clear();
  }
  if (!asked.has(name)) {
    asked.add(name);
    waiting.push(name);
    if (running < AT_ONCE) void Promise.resolve().then(work);
  }
  return questions.get(name) || idOf(name);
}
