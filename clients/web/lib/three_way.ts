// Merging of two people's changes to one value since a common base. Nothing here knows what the values mean.
import {diffArrays} from 'diff';

export interface Merged<Value> {
  value: Value;
  // Both changed the same place in different ways: `value` is mine, and a person has to decide.
  clash: boolean;
}

export function mergeValue<Value>(base: Value, theirs: Value, mine: Value,
  same: (a: Value, b: Value) => boolean = Object.is): Merged<Value> {
  if (same(theirs, mine) || same(theirs, base)) return {value: mine, clash: false};
  if (same(mine, base)) return {value: theirs, clash: false};
  return {value: mine, clash: true};
}

// What either added is there, what either removed is gone; in my order, theirs behind what they stand behind.
export function mergeSet(base: readonly string[], theirs: readonly string[], mine: readonly string[]): string[] {
  const gone = new Set(base.filter((item) => !theirs.includes(item)));
  const merged = mine.filter((item) => !gone.has(item));
  const had = new Set(base);
  theirs.forEach((item, i) => {
    if (had.has(item) || merged.includes(item)) return;
    const before = theirs.slice(0, i).reverse().find((other) => merged.includes(other));
    merged.splice(before === undefined ? merged.length : merged.indexOf(before) + 1, 0, item);
  });
  return merged;
}

// Sentences and lines: two changes inside one sentence belong together, so they are decided together.
export function sentences(text: string): string[] {
  return text.match(/[^。！？；\n]*[。！？；\n]|[^。！？；\n]+$/g) ?? [];
}

interface Hunk {
  begin: number; // in tokens of the base
  end: number;
  tokens: string[];
}

function hunksOf(base: string[], other: string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let at = 0;
  let open: Hunk | null = null;
  for (const part of diffArrays(base, other)) {
    if (!part.added && !part.removed) {
      at += part.value.length;
      open = null;
      continue;
    }
    if (!open) hunks.push(open = {begin: at, end: at, tokens: []});
    if (part.added) open.tokens.push(...part.value);
    else open.end = at += part.value.length;
  }
  return hunks;
}

// Two changes are apart when neither range reaches into, nor an insertion touches, the other.
function apart(a: Hunk, b: Hunk): boolean {
  if (a.begin === a.end || b.begin === b.end) return a.end < b.begin || b.end < a.begin;
  return a.end <= b.begin || b.end <= a.begin;
}

const equal = (a: Hunk, b: Hunk) => a.begin === b.begin && a.end === b.end && a.tokens.join('') === b.tokens.join('');

export function mergeText(base: string, theirs: string, mine: string): Merged<string> {
  const whole = mergeValue(base, theirs, mine);
  if (!whole.clash) return whole;
  const tokens = sentences(base);
  const hunks = hunksOf(tokens, sentences(theirs));
  for (const hunk of hunksOf(tokens, sentences(mine))) {
    if (hunks.some((other) => equal(other, hunk))) continue;
    if (!hunks.every((other) => apart(other, hunk))) return whole;
    hunks.push(hunk);
  }
  hunks.sort((a, b) => b.begin - a.begin);
  for (const hunk of hunks) tokens.splice(hunk.begin, hunk.end - hunk.begin, ...hunk.tokens);
  return {value: tokens.join(''), clash: false};
}
