// Which block of one text is which block of another: blocks have no names of their own.
import {sameBlock, type Block} from './working_text';

const ALIKE_MIN = 0.4;

function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = text.slice(i, i + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

// Share of pairs of characters that two texts have in common, 0 to 1.
function likeness(a: string, b: string): number {
  const [left, right] = [pairsOf(a), pairsOf(b)];
  let common = 0;
  for (const [pair, count] of left) common += Math.min(count, right.get(pair) ?? 0);
  const all = Math.max(a.length - 1, 0) + Math.max(b.length - 1, 0);
  return all === 0 ? 0 : 2 * common / all;
}

// For each block of `from` its place in `to`, or -1: equal ones first, then the most alike, then the only ones of a type.
export function matchBlocks(from: readonly Block[], to: readonly Block[]): number[] {
  const matched = from.map(() => -1);
  const taken = new Set<number>();
  const take = (i: number, j: number) => { matched[i] = j; taken.add(j); };
  from.forEach((block, i) => {
    const j = to.findIndex((other, place) => !taken.has(place) && sameBlock(block, other));
    if (j >= 0) take(i, j);
  });
  const candidates = from.flatMap((block, i) => matched[i]! >= 0 ? [] : to.flatMap((other, j) => taken.has(j) ? []
    : [{i, j, alike: likeness(block.text, other.text) + (block.type === other.type && block.title === other.title ? 0.1 : 0)}]));
  candidates.sort((a, b) => b.alike - a.alike || Math.abs(a.i - a.j) - Math.abs(b.i - b.j));
  for (const {i, j, alike} of candidates) {
    if (alike >= ALIKE_MIN && matched[i]! < 0 && !taken.has(j)) take(i, j);
  }
  from.forEach((block, i) => {
    if (matched[i]! >= 0) return;
    const mine = from.filter((other, k) => matched[k]! < 0 && other.type === block.type);
    const others = to.map((_, j) => j).filter((j) => !taken.has(j) && to[j]!.type === block.type);
    if (mine.length === 1 && others.length === 1) take(i, others[0]!);
  });
  return matched;
}
