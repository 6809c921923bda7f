// Names of regions (GB/T 2260). The table is a chunk of its own, read when the first name is asked for: the first paint does not
// wait for it. Names are reactive.
import {shallowRef} from 'vue';

export interface Region {
  code: string;
  name: string;
  path: string; // "广东省 深圳市 南山区"
}

const NATION: Region = {code: '000000', name: '全国', path: '全国'};

const byCode = shallowRef<ReadonlyMap<string, Region>>(new Map([[NATION.code, NATION]]));

let loading: Promise<void> | undefined;

export function loadRegions(): Promise<void> {
  loading ??= import('@vant/area-data').then(({areaList}) => {
    const all = new Map<string, Region>([[NATION.code, NATION]]);
    const add = (code: string, name: string, above: string) => {
      const path = [all.get(above)?.path, name].filter(Boolean).join(' ');
      all.set(code, {code, name, path});
    };
    for (const [code, name] of Object.entries(areaList.province_list)) add(code, name, '');
    for (const [code, name] of Object.entries(areaList.city_list)) add(code, name, `${code.slice(0, 2)}0000`);
    for (const [code, name] of Object.entries(areaList.county_list)) add(code, name, `${code.slice(0, 4)}00`);
    byCode.value = all;
  }).catch(() => { loading = undefined; }); // codes are shown instead, and the next need tries again
  return loading;
}

// "深圳市南山区": the name with the city, where a county's own name could be anywhere; the code while, or when, there is none.
export function regionName(code: string): string {
  void loadRegions();
  const place = byCode.value.get(code);
  if (!place) return code;
  const city = byCode.value.get(`${code.slice(0, 4)}00`);
  return city && city !== place && !code.endsWith('0000') && city.name !== '市辖区' ? city.name + place.name : place.name;
}

// The service's sentences about a region with its name instead of its code: "区级（440305）暂无单独答复".
export function withRegionNames(sentence: string): string {
  return sentence.replace(/[省市区]级（(\d{6})）/g, (all, code: string) => byCode.value.has(code) ? regionName(code) : all);
}

// Regions whose name or code has `text`; `within` (a code) first, wider ones before narrower ones.
export function findRegions(text: string, within = '', limit = 20): Region[] {
  const wanted = text.replace(/\s/g, '');
  if (!wanted) return [];
  const city = within.slice(0, 4);
  const province = within.slice(0, 2);
  const far = (place: Region) => city && place.code.startsWith(city) ? 0 : province && place.code.startsWith(province) ? 1 : 2;
  const depth = (place: Region) => place.code.endsWith('0000') ? 0 : place.code.endsWith('00') ? 1 : 2;
  return [...byCode.value.values()]
    .filter((place) => place.code.startsWith(wanted) || place.path.replaceAll(' ', '').includes(wanted))
    .filter((place) => place.name !== '市辖区' && place.name !== '县')
    .sort((a, b) => Number(!a.name.startsWith(wanted)) - Number(!b.name.startsWith(wanted)) || far(a) - far(b) ||
      depth(a) - depth(b) || a.code.localeCompare(b.code))
    .slice(0, limit);
}

// The districts beside or below a place: what a caller to its hotline most probably is of.
export function regionsAround(code: string): Region[] {
  const city = code.slice(0, 4);
  if (!city || city.endsWith('00')) return [...byCode.value.values()].filter((place) => place.code.endsWith('0000'));
  return [...byCode.value.values()].filter((place) => place.code.startsWith(city));
}
