import {expect, test} from 'vitest';

import {readableDiff} from './readable_diff';

const side = (before: string, after: string, without: 'added' | 'removed') =>
  readableDiff(before, after).filter((part) => part.kind !== without).map((part) => part.text).join('');

test('crumbs between two changes join them', () => {
  expect(readableDiff('0755-00001006', '0755-00003053')).toEqual([
    {kind: 'same', text: '0755-0000'}, {kind: 'removed', text: '1006'}, {kind: 'added', text: '3053'}]);
});

test('a changed amount is one change, whole', () => {
  expect(readableDiff('每人每月260元，从次月起发放。', '每人每月300元，从次月起发放。')).toEqual([
    {kind: 'same', text: '每人每月'}, {kind: 'removed', text: '260'}, {kind: 'added', text: '300'}, {kind: 'same', text: '元，从次月起发放。'}]);
});

test('both texts are in it, whole', () => {
  for (const [a, b] of [['', '新'], ['旧', ''], ['甲乙丙\n丁', '甲一丙\n二'], ['市民政局', '南山区民政局'], ['x'.repeat(15_000), 'y'.repeat(15_000)]]) {
    expect(side(a!, b!, 'added')).toBe(a);
    expect(side(a!, b!, 'removed')).toBe(b);
  }
});
