import {beforeEach, expect, test} from 'vitest';

import {KeptTexts} from './kept_texts';
import {emptyText} from './working_text';

const kept = (time: number) => ({etag: '"1"', base: emptyText(), text: {...emptyText(), question: `问${time}`}, time});

beforeEach(() => sessionStorage.clear());

test('what was kept is there after a reload, for its person only', () => {
  expect(new KeptTexts('people/li').keep('entries/a', kept(1))).toBe(true);
  expect(new KeptTexts('people/li').read('entries/a')).toEqual(kept(1));
  expect(new KeptTexts('people/wang').read('entries/a')).toBeNull();
  new KeptTexts('people/li').drop('entries/a');
  expect(new KeptTexts('people/li').read('entries/a')).toBeNull();
});

test('texts are listed newest first', () => {
  const mine = new KeptTexts('people/li');
  mine.keep('entries/a', kept(1));
  mine.keep('entries/b', kept(2));
  new KeptTexts('people/li2').keep('entries/c', kept(3));
  expect(mine.list().map(({entry}) => entry)).toEqual(['entries/b', 'entries/a']);
});

test('damaged or foreign values are passed over', () => {
  sessionStorage.setItem('koujing.text/people/li/entries/a', '{"text":{}}');
  sessionStorage.setItem('koujing.text/people/li/entries/b', 'no json');
  expect(new KeptTexts('people/li').list()).toEqual([]);
});

test('a full storage is told, not thrown', () => {
  const full = {setItem: () => { throw new DOMException('full', 'QuotaExceededError'); }} as unknown as Storage;
  expect(new KeptTexts('people/li', full).keep('entries/a', kept(1))).toBe(false);
});
