import {expect, test} from 'vitest';

import {Format, inFours, telephone} from './format';
import {LANGUAGES, languageOf, tagOf} from './texts';

const chinese = new Format('zh-CN', languageOf('zh-CN').texts);

test('times are those of China, wherever the reader is', () => {
  expect(chinese.day('2025-12-31T16:00:00Z')).toBe('2026年1月1日');
  expect(chinese.moment('2026-01-01T15:59:00Z')).toBe('2026年1月1日 23:59');
});

test('what ends at midnight includes the day before, whole', () => {
  expect(chinese.validity({expireTime: '2026-12-31T16:00:00Z'})).toBe('至2026年12月31日（含当日）有效');
  expect(chinese.validity({expireTime: '2026-12-31T04:00:00Z'})).toBe('至2026年12月31日 12:00有效');
  expect(chinese.validity({effectiveTime: '2025-12-31T16:00:00Z'})).toBe('自2026年1月1日起有效');
  expect(chinese.validity()).toBe('现行有效，未设截止日期');
});

test('codes are read in fours, phones dialled without marks', () => {
  expect(inFours('483012965547')).toBe('4830 1296 5547');
  expect(inFours('4830 1296 5547')).toBe('4830 1296 5547');
  expect(telephone('0755-0000 1006')).toBe('tel:075500001006');
});

test('the nearest language of a page', () => {
  expect(['zh', 'zh-Hans', 'zh-Hant-HK', 'zh-TW', 'en-GB', 'fr', '', null].map(tagOf))
    .toEqual(['zh-CN', 'zh-CN', 'zh-TW', 'zh-TW', 'en', 'zh-CN', 'zh-CN', 'zh-CN']);
});

test('traditional texts have no simplified characters, English ones no Chinese', () => {
  const words = (value: unknown): string => {
    if (typeof value === 'function') return words((value as (...parts: string[]) => string)('1', '2'));
    return value && typeof value === 'object' ? Object.values(value).map(words).join('') : String(value);
  };
  const [, traditional, english] = LANGUAGES.map(({texts}) => words(texts));
  expect(traditional).not.toMatch(/[这问请拨热线时间实护证书电话经规发为对应关员门类产业东车长号码访询纠准错误让说认识将与无术机构个们会来后还进远连过达选适运]/);
  expect(english).not.toMatch(/[\u4e00-\u9fff]/);
});
