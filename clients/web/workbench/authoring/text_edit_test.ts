import {expect, test} from 'vitest';

import {insert, link, list, wrap, type Edit} from './text_edit';

const made = (text: string, edit: Edit) => text.slice(0, edit.begin) + edit.by + text.slice(edit.end);

test('strong goes on and off', () => {
  expect(made('可以领', wrap('可以领', 0, 2, '**', '重点'))).toBe('**可以**领');
  expect(made('**可以**领', wrap('**可以**领', 2, 4, '**', '重点'))).toBe('可以领');
  expect(made('', wrap('', 0, 0, '**', '重点'))).toBe('**重点**');
});

test('lists mark whole lines, change their kind, and go', () => {
  expect(made('甲\n乙', list('甲\n乙', 1, 2, false))).toBe('- 甲\n- 乙');
  expect(made('- 甲\n- 乙', list('- 甲\n- 乙', 0, 9, true))).toBe('1. 甲\n2. 乙');
  expect(made('1. 甲\n2. 乙', list('1. 甲\n2. 乙', 0, 9, true))).toBe('甲\n乙');
  expect(made('', list('', 0, 0, false))).toBe('- ');
});

test('links and insertions', () => {
  expect(made('见官网。', link('见官网。', 1, 3, 'https://x.cn'))).toBe('见[官网](https://x.cn)。');
  expect(made('每月领', insert(2, 2, '{{facts/jin}}'))).toBe('每月{{facts/jin}}领');
});
