import {expect, test} from 'vitest';

import {mergeLines, useDraft} from './use_draft';

const blank = {name: '', phone: '', words: '', etag: ''};

test('what was typed stays; theirs comes where nothing was; both are told apart', () => {
  const {draft, fill, meet, others} = useDraft(blank, {words: mergeLines});
  fill({name: '甲', phone: '1', words: 'a\nb', etag: '1'});
  expect(others.value).toBeNull();
  Object.assign(draft, {name: '乙', words: 'a\nb\nc'});
  meet({name: '丙', phone: '2', words: 'b\nd', etag: '2'});
  expect(draft).toEqual({name: '乙', phone: '2', words: 'b\nd\nc', etag: '2'});
  expect(others.value).toEqual(['丙']);
});

test('met a second time, only what changed since counts; filled anew, nothing is left over', () => {
  const {draft, fill, meet, others} = useDraft(blank);
  fill({...blank, name: '甲', etag: '1'});
  draft.name = '乙';
  meet({...blank, name: '甲', phone: '2', etag: '2'});
  expect(others.value).toEqual([]);
  meet({...blank, name: '甲', phone: '3', etag: '3'});
  expect(draft).toEqual({...blank, name: '乙', phone: '3', etag: '3'});
  fill(blank);
  expect([draft, others.value]).toEqual([blank, null]);
});

test('rows are compared by what they say, not by their keys', () => {
  const {draft, fill, meet} = useDraft({rows: [] as {key: number; role: string}[]});
  fill({rows: [{key: 1, role: 'a'}]});
  draft.rows = [{key: 7, role: 'a'}];
  meet({rows: [{key: 9, role: 'b'}]});
  expect(draft.rows).toEqual([{key: 9, role: 'b'}]);
});
