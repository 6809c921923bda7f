import {expect, test} from 'vitest';

import {plainMarkdown, readInline, readMarkdown} from './markdown';

const plain = (text: string) => plainMarkdown(readMarkdown(text), (name) => `〈${name}〉`);

test('what the toolbar writes is read', () => {
  expect(readMarkdown('**重要** 和 *轻* 。\n\n- 一\n- 二\n  1. 甲\n  2. 乙\n\n3. 三\n4. 四')).toEqual([
    {kind: 'p', inner: [{kind: 'strong', inner: [{kind: 'text', text: '重要'}]}, {kind: 'text', text: ' 和 '},
      {kind: 'em', inner: [{kind: 'text', text: '轻'}]}, {kind: 'text', text: ' 。'}]},
    {kind: 'list', ordered: false, start: 1, items: [
      [{kind: 'p', inner: [{kind: 'text', text: '一'}]}],
      [{kind: 'p', inner: [{kind: 'text', text: '二'}]}, {kind: 'list', ordered: true, start: 1, items: [
        [{kind: 'p', inner: [{kind: 'text', text: '甲'}]}], [{kind: 'p', inner: [{kind: 'text', text: '乙'}]}]]}]]},
    {kind: 'list', ordered: true, start: 3, items: [
      [{kind: 'p', inner: [{kind: 'text', text: '三'}]}], [{kind: 'p', inner: [{kind: 'text', text: '四'}]}]]}]);
});

test('only addresses of http, https and tel are links', () => {
  expect(readInline('[a](https://a.gov.cn/x)')).toEqual([{kind: 'link', href: 'https://a.gov.cn/x', inner: [{kind: 'text', text: 'a'}]}]);
  for (const bad of ['[a](javascript:alert)', '[a](data:text/html,x)', '[a](//x)', '[a](JaVaScRiPt:x)', '![a](https://x/y.png)']) {
    expect(readInline(bad)).toEqual([{kind: 'text', text: 'a'}]);
  }
});

test('HTML is text', () => {
  expect(readInline('<img src=x onerror=alert(1)>')).toEqual([{kind: 'text', text: '<img src=x onerror=alert(1)>'}]);
});

test('facts are read by name, also as the destination of a link', () => {
  expect(plain('每月{{facts/jin}}，见[入口]({{facts/url}})')).toBe('每月〈facts/jin〉，见入口（〈facts/url〉）');
});

test('plain text keeps lines, numbers and tables', () => {
  expect(plain('# 题\n\n| 级 | 元 |\n|---|---|\n| 一 | 260 |\n\n> 注\n\n1. 甲\n2. 乙')).toBe('题\n级  元\n一  260\n注\n1. 甲\n2. 乙');
});

test('deep nesting and unclosed signs end', () => {
  expect(readMarkdown('> '.repeat(500) + 'x').length).toBe(1);
  expect(plain('*'.repeat(300) + '[('.repeat(200))).toContain('[(');
});
