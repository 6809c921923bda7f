import {expect, test} from 'vitest';

import {choicesOf, Regions, type Names} from './regions';
import {EN} from './texts/en';
import {ZH_CN} from './texts/zh_cn';

const GUANGDONG: Names = {
  '440000': ['广东省', 'Guangdong Province'], '440100': ['广州市', 'Guangzhou City'], '440103': ['荔湾区', 'Liwan District'],
  '440300': ['深圳市', 'Shenzhen City'], '440305': ['南山区', 'Nanshan District'],
};
const BEIJING: Names = {'110000': ['北京市', 'Beijing City'], '110101': ['东城区', 'Dongcheng District']};

test('a city offers itself and its districts', () => {
  expect(choicesOf('440300', GUANGDONG)).toEqual(['440300', '440305']);
});

test('a district offers its city too', () => {
  expect(choicesOf('440305', GUANGDONG)).toEqual(['440300', '440305']);
});

test('a province offers its cities', () => {
  expect(choicesOf('440000', GUANGDONG)).toEqual(['440000', '440100', '440300']);
});

test('a city that is a province offers its districts, from each of them', () => {
  expect(choicesOf('110000', BEIJING)).toEqual(['110000', '110101']);
});

test('a sentence of the service names regions, not codes', () => {
  const regions = new Regions(GUANGDONG);
  expect(regions.named('区级（440305）暂无单独答复，以下为市级（440300）的答复。', 'zh-CN', ZH_CN)).toBe('南山区暂无单独答复，以下为深圳市的答复。');
  expect(regions.named('There is no separate answer at present for region 440305.', 'en', EN)).toBe('There is no separate answer at present for Nanshan District.');
  expect(regions.named('区级（110101）暂无单独答复。', 'zh-CN', ZH_CN)).toBe('区级（110101）暂无单独答复。');
});
