import {expect, test} from 'vitest';

import {choicesOf, type Names} from './regions';

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
