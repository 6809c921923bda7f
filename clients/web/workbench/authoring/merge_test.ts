import {expect, test} from 'vitest';

import {assemble, clashesOf, mergeTexts} from './merge';
import {copyText, emptyText, type Block, type WorkingText} from './working_text';

const block = (type: string, text: string): Block => ({type, title: '', text});

function base(): WorkingText {
  return {...emptyText(), question: '高龄津贴怎么申请？', keywords: ['高龄'], similar_questions: ['八十岁有钱吗'], blocks: [
    block('CONCLUSION', '年满80周岁的本市户籍老人可以领高龄津贴。'),
    block('FEE', '80至89周岁每月260元。'),
    block('PHONE', '0755-00001006'),
  ]};
}

function changed(change: (text: WorkingText) => void): WorkingText {
  const text = copyText(base());
  change(text);
  return text;
}

const texts = (text: WorkingText) => text.blocks.map((b) => b.text);

test('changes of different blocks and fields go together', () => {
  const theirs = changed((t) => { t.blocks[1]!.text = '80至89周岁每月300元。'; t.keywords.push('津贴'); });
  const mine = changed((t) => { t.blocks[2]!.text = '12345'; t.question = '高龄津贴怎样申请？'; t.keywords.push('老人'); });
  const merge = mergeTexts(base(), theirs, mine);
  expect(clashesOf(merge)).toEqual([]);
  expect(texts(merge.text)).toEqual(['年满80周岁的本市户籍老人可以领高龄津贴。', '80至89周岁每月300元。', '12345']);
  expect(merge.text.question).toBe('高龄津贴怎样申请？');
  expect(merge.text.keywords).toEqual(['高龄', '津贴', '老人']);
  expect(merge.blocks.map((piece) => piece.origin)).toEqual(['same', 'theirs', 'mine']);
});

test('one sentence changed by both is shown as a clash and every choice keeps what it says', () => {
  const theirs = changed((t) => { t.blocks[1]!.text = '80至89周岁每月300元。'; });
  const mine = changed((t) => { t.blocks[1]!.text = '80至89周岁每月280元。'; });
  const merge = mergeTexts(base(), theirs, mine);
  const [key] = clashesOf(merge);
  expect(texts(merge.text)[1]).toBe('80至89周岁每月280元。');
  expect(texts(assemble(merge, new Map([[key!, 'theirs']])))[1]).toBe('80至89周岁每月300元。');
  expect(texts(assemble(merge, new Map([[key!, 'both']])))[1]).toBe('80至89周岁每月280元。\n\n80至89周岁每月300元。');
});

test('a block that one removed and the other changed is a question, not a loss', () => {
  const theirs = changed((t) => { t.blocks.splice(1, 1); });
  const mine = changed((t) => { t.blocks[1]!.text = '80至89周岁每月280元。'; });
  const merge = mergeTexts(base(), theirs, mine);
  expect(clashesOf(merge)).toHaveLength(1);
  expect(texts(merge.text)).toContain('80至89周岁每月280元。');
  expect(assemble(merge, new Map([[clashesOf(merge)[0]!, 'theirs']])).blocks).toHaveLength(2);
  const other = mergeTexts(base(), mine, theirs);
  expect(clashesOf(other)).toHaveLength(1);
  expect(texts(assemble(other, new Map([[clashesOf(other)[0]!, 'both']])))).toContain('80至89周岁每月280元。');
});

test('a block that one removed and nobody changed is gone', () => {
  const merge = mergeTexts(base(), changed((t) => { t.blocks.splice(2, 1); }), changed((t) => { t.risk = 'HIGH'; }));
  expect(texts(merge.text)).toEqual(['年满80周岁的本市户籍老人可以领高龄津贴。', '80至89周岁每月260元。']);
});

test('new blocks of both stand where they were put; the same one twice is one', () => {
  const note = block('NOTE', '晚申请的不补发。');
  const theirs = changed((t) => { t.blocks.splice(1, 0, block('CONDITIONS', '本市户籍。')); t.blocks.push({...note}); });
  const mine = changed((t) => { t.blocks.push({...note}); t.blocks.push(block('LINK', '小程序')); });
  expect(mergeTexts(base(), theirs, mine).text.blocks.map((b) => b.type))
    .toEqual(['CONCLUSION', 'CONDITIONS', 'FEE', 'PHONE', 'NOTE', 'LINK']);
});

test('who moved the blocks decides their order', () => {
  const moved = changed((t) => { t.blocks.reverse(); });
  const edited = changed((t) => { t.blocks[0]!.text += '每年认证一次。'; });
  const expected = ['PHONE', 'FEE', 'CONCLUSION'];
  expect(mergeTexts(base(), moved, edited).text.blocks.map((b) => b.type)).toEqual(expected);
  expect(mergeTexts(base(), edited, moved).text.blocks.map((b) => b.type)).toEqual(expected);
  expect(texts(mergeTexts(base(), moved, edited).text)[2]).toContain('每年认证一次');
});

test('merging with an unchanged side gives the other', () => {
  const mine = changed((t) => { t.blocks.reverse(); t.blocks[0]!.text = '完全不同的话'; t.similar_questions = []; });
  expect(mergeTexts(base(), base(), mine).text).toEqual(mine);
  expect(mergeTexts(base(), mine, base()).text).toEqual(mine);
});
