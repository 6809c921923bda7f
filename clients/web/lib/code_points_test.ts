import {expect, test} from 'vitest';

import {codePoints, replaceRange, unitsAt} from './code_points';

test('characters beyond the first plane count once', () => {
  expect(codePoints('a𠮷b')).toBe(3);
  expect(unitsAt('a𠮷b', 2)).toBe(3);
  expect(unitsAt('ab', 9)).toBe(2);
  expect(replaceRange('𠮷市民', 1, 2, '居')).toBe('𠮷居民');
});
