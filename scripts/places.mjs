// Provinces, cities and districts of GB/T 2260: code -> name.
//
// The names come from the npm package @vant/area-data (MIT). Left out: what is no division of GB/T 2260 (towns of
// Dongguan and Zhongshan under made-up codes, development zones, codes from 71 on) and the names of mere groups
// (省直辖县). Placeholders of their province (北京市 as its only city) stay out too: the province has the name.
import { createRequire } from "node:module";

const isZone = (name) =>
  /开发|高新|管理区$|示范区$|新城$|^江北新区$|^镇江新区$|^工业园/.test(name) || /..园区$/.test(name) && name.length > 4;
const isOutside = (code) => /^(71|81|82)/.test(code);

export function divisions() {
  const { areaList } = createRequire(import.meta.url)("@vant/area-data");
  const places = new Map();
  const add = (code, name) => {
    if (!/^\d{6}$/.test(code)) throw new Error(`not a code: ${code}`);
    places.set(code, name);
  };

  for (const [code, name] of Object.entries(areaList.province_list)) add(code, name);
  const provinces = new Set(Object.values(areaList.province_list));
  for (const [code, name] of Object.entries(areaList.city_list)) {
    if (!/直辖|^县$/.test(name) && !provinces.has(name)) add(code, name);
  }
  for (const [code, name] of Object.entries(areaList.county_list)) {
    const districtOfCity = Number(code.slice(4)) >= 1 && Number(code.slice(4)) <= 70;
    const directlyOfProvince = /^(4290|4690|6590)/.test(code);
    if (isOutside(code) || isZone(name) || !/[市区县旗]$|林区$|^特区$/.test(name)) continue;
    if ((districtOfCity || directlyOfProvince) && !/^(4419|4420|4604)/.test(code)) {
      if (name !== areaList.city_list[`${code.slice(0, 4)}00`]) add(code, name);
    } else if (/^..[0-9]{2}8\d$/.test(code) && name.endsWith("市")) {
      add(code, name); // county-level cities: 440781 …
    }
  }
  if (places.size < 3000) throw new Error(`only ${places.size} places: the package has another form than expected`);
  return places;
}
