// Two texts side by side, field by field and block by block.
import {matchBlocks} from './block_match';
import {LIST_PATHS, sameBlock, VALUE_PATHS, type Block, type ListPath, type ValuePath, type WorkingText} from './working_text';

export interface Row {
  // As reviewers' comments and findings name it: "question", "blocks[2].text".
  path: string;
  field: ValuePath | ListPath | 'blocks';
  before: string | null; // null = was not there
  after: string | null; // null = is not there any more
  changed: boolean;
  // Blocks only.
  blockBefore?: Block;
  blockAfter?: Block;
  moved?: boolean;
}

function fieldRows(before: WorkingText | null, after: WorkingText): Row[] {
  const row = (path: ValuePath | ListPath, a: string | null, b: string): Row =>
    ({path: path.endsWith('_time') ? `validity.${path}` : path, field: path, before: a, after: b, changed: (a ?? '') !== b});
  return [...VALUE_PATHS.map((path) => row(path, before?.[path] ?? null, after[path])),
    ...LIST_PATHS.map((path) => row(path, before?.[path].join('\n') ?? null, after[path].join('\n')))];
}

function blockRows(before: Block[], after: Block[]): Row[] {
  const back = matchBlocks(after, before);
  const rows = after.map((block, i): Row => {
    const was = back[i]! >= 0 ? before[back[i]!] : undefined;
    return {path: `blocks[${i}].text`, field: 'blocks', before: was?.text ?? null, after: block.text,
      changed: !was || !sameBlock(was, block), blockBefore: was, blockAfter: block,
      moved: back.slice(0, i).some((j) => j > back[i]! && back[i]! >= 0)};
  });
  before.forEach((block, j) => {
    if (back.includes(j)) return;
    // Behind what it stood behind.
    const previous = before.slice(0, j).map((_, k) => back.indexOf(k)).filter((i) => i >= 0).pop();
    const at = previous === undefined ? 0 : rows.findIndex((row) => row.path === `blocks[${previous}].text`) + 1;
    rows.splice(at, 0, {path: `removed[${j}]`, field: 'blocks', before: block.text, after: null, changed: true, blockBefore: block});
  });
  return rows;
}

// The question, then the answer, then what stands around it.
const HEAD: readonly string[] = ['question', 'similar_questions'];

export function compareTexts(before: WorkingText | null, after: WorkingText): Row[] {
  const fields = fieldRows(before, after);
  return [...fields.filter((row) => HEAD.includes(row.field)), ...blockRows(before?.blocks ?? [], after.blocks),
    ...fields.filter((row) => !HEAD.includes(row.field))];
}
