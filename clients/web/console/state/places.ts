// Names of regions (GB/T 2260). The table is a chunk of its own: the first paint does not wait for it.
import {shallowRef} from 'vue';

export interface Place {
  code: string;
  name: string;
  path: string; // "广东省 深圳市 南山区"
}

const NATION: Place = {code: '000000', name: '全国', path: '全国'};

const byCode = shallowRef<ReadonlyMap<string, Place>>(new Map([[NATION.code, NATION]]));

let loading: Promise<void> | undefined;

export function loadPlaces(): Promise<void> {
  loading ??= import('@vant/area-data').then(({areaList}) => {
    const all = new Map<string, Place>([[NATION.code, NATION]]);
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

// "深圳市南山区": the name with the city, where a county's own name could be anywhere.
export function placeName(code: string): string {
  const place = byCode.value.get(code);
  if (!place) return code;
  const city = byCode.value.get(`${code.slice(0, 4)}00`);
  return city && city !== place && !code.endsWith('0000') && city.name !== '市辖区' ? city.name + place.name : place.name;
}

// The service's sentences about a region with its name instead of its code: "区级（440305）没有单独规定".
export function withPlaceNames(sentence: string): string {
  return sentence.replace(/[省市区]级（(\d{6})）/g, (all, code: string) => byCode.value.has(code) ? placeName(code) : all);
}

// Places whose name or code has `text`; `within` (a code) first, wider ones before narrower ones.
export function findPlaces(text: string, within: string, limit: number): Place[] {
  const wanted = text.replace(/\s/g, '');
  if (!wanted) return [];
  const city = within.slice(0, 4);
  const province = within.slice(0, 2);
  const far = (place: Place) => city && place.code.startsWith(city) ? 0 : province && place.code.startsWith(province) ? 1 : 2;
  const depth = (place: Place) => place.code.endsWith('0000') ? 0 : place.code.endsWith('00') ? 1 : 2;
  return [...byCode.value.values()]
    .filter((place) => place.code.startsWith(wanted) || place.path.replaceAll(' ', '').includes(wanted))
    .filter((place) => place.name !== '市辖区' && place.name !== '县')
    .sort((a, b) => Number(!a.name.startsWith(wanted)) - Number(!b.name.startsWith(wanted)) || far(a) - far(b) ||
      depth(a) - depth(b) || a.code.localeCompare(b.code))
    .slice(0, limit);
}

// The districts beside or below a place: what a caller to its hotline most probably is of.
export function placesAround(code: string): Place[] {
  const city = code.slice(0, 4);
  if (!city || city.endsWith('00')) return [...byCode.value.values()].filter((place) => place.code.endsWith('0000'));
  return [...byCode.value.values()].filter((place) => place.code.startsWith(city));
}
