// Two people changed one entry: what goes together by itself, and what a person must decide. No text is ever dropped
// without somebody having said so.
import {mergeSet, mergeText, mergeValue} from '@/lib/three_way';

import {matchBlocks} from './block_match';
import {copyText, LIST_PATHS, sameBlock, sameList, TEXT_PATHS, VALUE_PATHS, type Block, type ListPath, type ValuePath,
  type WorkingText} from './working_text';

export type Choice = 'mine' | 'theirs' | 'both';
// Who changed it: nobody, one, both without a clash, both with one.
export type Origin = 'same' | 'mine' | 'theirs' | 'merged' | 'clash';

export interface FieldPiece {
  path: ValuePath | ListPath;
  origin: Origin;
  base: string;
  theirs: string;
  mine: string;
}

export interface BlockPiece {
  key: string;
  origin: Origin;
  base: Block | null;
  theirs: Block | null;
  mine: Block | null;
  // What is taken when nobody has to decide; null = the block goes.
  value: Block | null;
}

export interface Merge {
  fields: FieldPiece[];
  blocks: BlockPiece[];
  // Everything that went together by itself; of clashes, mine.
  text: WorkingText;
}

function originOf(changedByThem: boolean, changedByMe: boolean, equal: boolean, clash: boolean): Origin {
  if (clash) return 'clash';
  if (changedByThem && changedByMe) return equal ? 'same' : 'merged';
  return changedByThem ? 'theirs' : changedByMe ? 'mine' : 'same';
}

function mergeFields(base: WorkingText, theirs: WorkingText, mine: WorkingText, text: WorkingText): FieldPiece[] {
  const values = VALUE_PATHS.map((path): FieldPiece => {
    const [b, t, m] = [base[path], theirs[path], mine[path]];
    const merged = TEXT_PATHS.includes(path) ? mergeText(b, t, m) : mergeValue(b, t, m);
    text[path] = merged.value;
    return {path, base: b, theirs: t, mine: m, origin: originOf(t !== b, m !== b, t === m, merged.clash)};
  });
  const lists = LIST_PATHS.map((path): FieldPiece => {
    const [b, t, m] = [base[path], theirs[path], mine[path]];
    text[path] = mergeSet(b, t, m);
    return {path, base: b.join('\n'), theirs: t.join('\n'), mine: m.join('\n'),
      origin: originOf(!sameList(t, b), !sameList(m, b), sameList(t, m), false)};
  });
  return [...values, ...lists];
}

type Absent = Block | null;
const alike = (a: Absent, b: Absent) => a === b || (a !== null && b !== null && sameBlock(a, b));

function mergeBlock(base: Absent, theirs: Absent, mine: Absent): {value: Absent; clash: boolean} {
  if (!base || !theirs || !mine) return mergeValue(base, theirs, mine, alike);
  const type = mergeValue(base.type, theirs.type, mine.type);
  const title = mergeValue(base.title, theirs.title, mine.title);
  const text = mergeText(base.text, theirs.text, mine.text);
  return {value: {type: type.value, title: title.value, text: text.value}, clash: type.clash || title.clash || text.clash};
}

const rising = (numbers: number[]) => numbers.every((n, i) => i === 0 || numbers[i - 1]! < n);

// Puts what only `other` has behind what it stands behind there.
function weave<Item>(spine: Item[], other: Item[]): Item[] {
  const woven = [...spine];
  other.forEach((item, i) => {
    if (woven.includes(item)) return;
    const before = other.slice(0, i).reverse().find((earlier) => woven.includes(earlier));
    woven.splice(before === undefined ? 0 : woven.indexOf(before) + 1, 0, item);
  });
  return woven;
}

function pieceBlocks(base: Block[], theirs: Block[], mine: Block[]): BlockPiece[] {
  const [toTheirs, toMine] = [matchBlocks(base, theirs), matchBlocks(base, mine)];
  const pieces: BlockPiece[] = [];
  const ofTheirs = new Map<number, BlockPiece>();
  const ofMine = new Map<number, BlockPiece>();
  const piece = (b: Absent, t: number, m: number) => {
    const made: BlockPiece = {key: `${pieces.length}`, origin: 'same', base: b, theirs: theirs[t] ?? null, mine: mine[m] ?? null,
      value: null};
    const merged = mergeBlock(made.base, made.theirs, made.mine);
    made.value = merged.value;
    made.origin = originOf(!alike(made.theirs, b), !alike(made.mine, b), alike(made.theirs, made.mine), merged.clash);
    pieces.push(made);
    if (t >= 0) ofTheirs.set(t, made);
    if (m >= 0) ofMine.set(m, made);
  };
  base.forEach((block, i) => piece(block, toTheirs[i]!, toMine[i]!));
  // The same block added by both is one block.
  theirs.forEach((block, t) => {
    if (ofTheirs.has(t)) return;
    piece(null, t, mine.findIndex((other, m) => !ofMine.has(m) && sameBlock(other, block)));
  });
  mine.forEach((_, m) => { if (!ofMine.has(m)) piece(null, -1, m); });
  const inTheirs = theirs.map((_, t) => ofTheirs.get(t)!);
  const inMine = mine.map((_, m) => ofMine.get(m)!);
  // Who moved blocks decides the order; when both did, I do.
  const movedOnlyByThem = rising(toMine.filter((m) => m >= 0)) && !rising(toTheirs.filter((t) => t >= 0));
  return movedOnlyByThem ? weave(inTheirs, inMine) : weave(inMine, inTheirs);
}

export function mergeTexts(base: WorkingText, theirs: WorkingText, mine: WorkingText): Merge {
  const text = copyText(mine);
  const fields = mergeFields(base, theirs, mine, text);
  const blocks = pieceBlocks(base.blocks, theirs.blocks, mine.blocks);
  text.blocks = blocks.flatMap((piece) => piece.value ? [{...piece.value}] : []);
  return {fields, blocks, text};
}

export function clashesOf(merge: Merge): string[] {
  return [...merge.fields.filter((piece) => piece.origin === 'clash').map((piece) => piece.path),
    ...merge.blocks.filter((piece) => piece.origin === 'clash').map((piece) => piece.key)];
}

// Both texts, mine first: for those who want to join them by hand.
function bothOf(mine: string, theirs: string): string {
  return [mine, theirs].filter((text) => text !== '').join('\n\n');
}

// What stands when each clash is decided. `choices`: by path or key of the piece.
export function assemble(merge: Merge, choices: ReadonlyMap<string, Choice>): WorkingText {
  const text = copyText(merge.text);
  for (const piece of merge.fields) {
    const choice = choices.get(piece.path);
    if (piece.origin !== 'clash' || !choice) continue;
    const path = piece.path as ValuePath; // lists never clash
    text[path] = choice === 'both' && TEXT_PATHS.includes(path) ? bothOf(piece.mine, piece.theirs)
      : choice === 'theirs' ? piece.theirs : piece.mine;
  }
  text.blocks = merge.blocks.flatMap((piece) => {
    const choice = piece.origin === 'clash' ? choices.get(piece.key) : undefined;
    if (!choice) return piece.value ? [{...piece.value}] : [];
    if (choice === 'both' && piece.mine && piece.theirs) {
      return [{...piece.mine, text: bothOf(piece.mine.text, piece.theirs.text)}];
    }
    const taken = choice === 'theirs' ? piece.theirs : choice === 'mine' ? piece.mine : piece.mine ?? piece.theirs;
    return taken ? [{...taken}] : [];
  });
  return text;
}
