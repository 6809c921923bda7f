import {expect, test} from 'vitest';

import {readCsv, writeCsv} from './csv';

test('formulas are text, and come back as they were', () => {
  const rows = [['a"b', '=1+1', '- 一', '一，二', '两\n行'], ['', '+86', '@x', 'a,b', '七']];
  const text = writeCsv(rows);
  expect(text.split('\r\n')[0]).toContain('"a""b",\'=1+1,\'- 一,一，二');
  expect(readCsv(text.slice(1))).toEqual(rows);
});
