import {beforeEach, expect, test} from 'vitest';

import {RecentEntries} from './recent_entries';

beforeEach(() => localStorage.clear());

test('the newest comes first, each once, at most fifty, by person', () => {
  const mine = new RecentEntries('people/li');
  for (let i = 0; i < 60; i++) mine.note(`entries/e${i}`);
  mine.note('entries/e58');
  expect(mine.list().slice(0, 3)).toEqual(['entries/e58', 'entries/e59', 'entries/e57']);
  expect(mine.list()).toHaveLength(50);
  expect(new RecentEntries('people/wang').list()).toEqual([]);
});
