import {beforeAll, expect, test} from 'vitest';

import {findRegions, loadRegions, regionName, regionsAround, withRegionNames} from './region_names';

beforeAll(loadRegions);

test('a district is named with its city', () => {
  expect(regionName('440305')).toBe('深圳市南山区');
  expect(regionName('440300')).toBe('深圳市');
  expect(regionName('110101')).toBe('北京市东城区');
  expect(regionName('000000')).toBe('全国');
  expect(regionName('999999')).toBe('999999');
});

test('a sentence of the service names places, not codes', () => {
  expect(withRegionNames('区级（440305）暂无单独答复，以下为市级（440300）的答复。')).toBe('深圳市南山区暂无单独答复，以下为深圳市的答复。');
  expect(withRegionNames('区级（999999）暂无单独答复。')).toBe('区级（999999）暂无单独答复。');
});

test('what is near comes first, by name or by code', () => {
  expect(findRegions('宝山', '310100', 3)[0]?.code).toBe('310113');
  expect(findRegions('南山', '440300', 3)[0]?.code).toBe('440305');
  expect(findRegions('4403', '', 1)[0]?.code).toBe('440300');
  expect(findRegions('', '440300', 3)).toEqual([]);
});

test('around a city are its districts', () => {
  expect(regionsAround('440300').map((place) => place.code)).toContain('440311');
  expect(regionsAround('440305').every((place) => place.code.startsWith('4403'))).toBe(true);
});
