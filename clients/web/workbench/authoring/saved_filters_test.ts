import {beforeEach, expect, test} from 'vitest';

import {emptyFilter, filterOf, queryOf, SavedFilters} from './saved_filters';

beforeEach(() => localStorage.clear());

test('a filter goes through an address unchanged', () => {
  const filter = {...emptyFilter(), state: 'DRAFT', author: 'me'};
  expect(queryOf(filter)).toEqual({state: 'DRAFT', author: 'me'});
  expect(filterOf({...queryOf(filter), other: 'x', kind: ['a']})).toEqual(filter);
});

test('filters are saved by person and name', () => {
  const mine = new SavedFilters('people/li');
  mine.save('草稿', {...emptyFilter(), state: 'DRAFT'});
  mine.save('草稿', {...emptyFilter(), state: 'IN_REVIEW'});
  mine.save('民政', {...emptyFilter(), department: 'departments/minzheng'});
  expect(new SavedFilters('people/li').list().map(({name, filter}) => [name, filter.state])).toEqual([['民政', ''], ['草稿', 'IN_REVIEW']]);
  expect(new SavedFilters('people/wang').list()).toEqual([]);
  expect(mine.remove('民政')).toHaveLength(1);
});

test('damaged storage is an empty list', () => {
  localStorage.setItem('koujing.filters/people/li', '{"a":');
  expect(new SavedFilters('people/li').list()).toEqual([]);
  localStorage.setItem('koujing.filters/people/li', '[{"name":1},{"name":"x"}]');
  expect(new SavedFilters('people/li').list()).toEqual([]);
});
