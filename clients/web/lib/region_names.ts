// Names of GB/T 2260 codes. The table is loaded when the first name is asked for.
import {shallowRef} from 'vue';

export interface Region {
  code: string;
  name: string;
}

const NATION: Region = {code: '000000', name: '全国'};
const table = shallowRef(new Map<string, string>());
let loading: Promise<void> | null = null;

// Reads the table unless it is there.
export function loadRegions(): Promise<void> {
  return loading ??= import('@vant/area-data').then(({areaList}) => {
    table.value = new Map([[NATION.code, NATION.name], ...Object.entries(areaList.province_list),
      ...Object.entries(areaList.city_list), ...Object.entries(areaList.county_list)]);
  }).catch(() => { loading = null; });
}

// "440305" -> "深圳市南山区"; the code itself while, or when, no name is known. Reactive.
export function regionName(code: string): string {
  void loadRegions();
  const name = table.value.get(code);
  if (!name) return code;
  const city = code.endsWith('00') ? undefined : table.value.get(`${code.slice(0, 4)}00`);
  return city && city !== name ? city + name : name;
}

// Regions whose code or name has the text; at most `limit`.
export function findRegions(text: string, limit = 20): Region[] {
  void loadRegions();
  const found: Region[] = [];
  for (const [code, name] of table.value) {
    if (code.startsWith(text) || name.includes(text)) found.push({code, name: regionName(code)});
    if (found.length === limit) break;
  }
  return found;
}
