// What a form holds. When somebody else wrote first, theirs is taken wherever nothing was changed here; what was typed stays,
// and what they wrote in the same places is told.
import {computed, reactive, shallowRef} from 'vue';

import {mergeSet} from '@/lib/three_way';

type Mergers<Draft> = {[Key in keyof Draft]?: (base: Draft[Key], theirs: Draft[Key], mine: Draft[Key]) => Draft[Key]};

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
// `key` tells rows of a list apart on the screen, it is no content.
const same = (a: unknown, b: unknown) => [a, b].map((value) => JSON.stringify(value, (name, part: unknown) => name === 'key' ? undefined : part))
  .every((text, _, [first]) => text === first);

// `mergers`: fields in which both changes can stand.
export function useDraft<Draft extends object>(blank: Draft, mergers: Mergers<Draft> = {}) {
  const draft = reactive(copy(blank)) as Draft;
  const others = shallowRef<string[] | null>(null);
  let begun = copy(blank);

  function fill(state: Draft): void {
    begun = copy(state);
    others.value = null;
    Object.assign(draft, copy(state));
  }

  function meet(theirs: Draft): void {
    const told: string[] = [];
    for (const key of Object.keys(blank) as (keyof Draft)[]) {
      const merge = mergers[key];
      if (merge) draft[key] = merge(begun[key], theirs[key], draft[key]);
      else if (same(draft[key], begun[key])) draft[key] = copy(theirs[key]);
      else if (!same(theirs[key], begun[key]) && !same(theirs[key], draft[key]) && typeof theirs[key] === 'string') told.push(theirs[key]);
    }
    begun = copy(theirs);
    others.value = told;
  }

  return {
    draft, fill, meet,
    // What they wrote where it was also changed here; null = nobody was met.
    others: computed(() => others.value),
  };
}

const linesOf = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean);

// One thing a line: what either added is there, what either removed is gone.
export function mergeLines(base: string, theirs: string, mine: string): string {
  return mergeSet(linesOf(base), linesOf(theirs), linesOf(mine)).join('\n');
}
