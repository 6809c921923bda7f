// Builds the widget and the site around it into a web folder that the gateway serves.
//
//   node clients/web/widget/build.mjs [build/web]
//
// index.html, site/*, widget/kb-chat.js, widget/regions/*.json

import {cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

import {build} from 'vite';

const WIDGET = fileURLToPath(new URL('.', import.meta.url));
const SITE = fileURLToPath(new URL('../site', import.meta.url));
const DESIGN = fileURLToPath(new URL('../design', import.meta.url));
const DIRECT = ['11', '12', '31', '50']; // cities that are provinces: their districts stand under xx01

// "nán shān qū" -> "Nanshan District"; the province and city by their name alone.
const KINDS = [['自治县', 'County'], ['自治州', 'Prefecture'], ['自治区', 'Region'], ['新区', 'New Area'], ['地区', 'Prefecture'],
  ['区', 'District'], ['县', 'County'], ['市', 'City'], ['省', 'Province'], ['旗', 'Banner'], ['盟', 'League']];

function latin(name, pinyin) {
  const kind = KINDS.find(([suffix]) => name.endsWith(suffix) && name.length > suffix.length + 1);
  const own = kind ? name.slice(0, -kind[0].length) : name;
  const letters = pinyin(own, {toneType: 'none', type: 'array', v: true}).join('');
  const word = letters.charAt(0).toUpperCase() + letters.slice(1);
  return kind ? `${word} ${kind[1]}` : word;
}

// One file per city: the city, its districts, its province.
function writeRegions(folder) {
  const require = createRequire(import.meta.url);
  const {areaList} = require('@vant/area-data');
  const {pinyin} = require('pinyin-pro');
  const {province_list: provinces, city_list: cities, county_list: counties} = areaList;
  mkdirSync(folder, {recursive: true});
  const named = (code, name) => [code, [name, latin(name, pinyin)]];
  const byCity = Map.groupBy?.(Object.entries(counties), ([code]) => code.slice(0, 4)) ??
    Object.entries(counties).reduce((map, one) => {
      const key = one[0].slice(0, 4);
      return map.set(key, [...map.get(key) ?? [], one]);
    }, new Map());
  for (const [city, districts] of byCity) {
    const top = city.slice(0, 2) + '0000';
    const direct = DIRECT.includes(city.slice(0, 2));
    const rows = [named(top, provinces[top] ?? '')];
    if (!direct && cities[city + '00']) rows.push(named(city + '00', cities[city + '00']));
    // GB/T 2260 ends at counties; what is named below a city without counties is not part of it.
    rows.push(...districts.filter(([code]) => /^\d{6}$/.test(code)).map(([code, name]) => named(code, name)));
    const file = JSON.stringify(Object.fromEntries(rows.filter(([, [name]]) => name)));
    writeFileSync(join(folder, `${city}.json`), file);
    if (direct && city.endsWith('01')) writeFileSync(join(folder, `${top.slice(0, 4)}.json`), file);
  }
}

export async function buildWidget(out) {
  await build({configFile: join(WIDGET, 'vite.config.ts'), build: {outDir: join(out, 'widget')}});
  writeRegions(join(out, 'widget/regions'));
  cpSync(SITE, join(out, 'site'), {recursive: true, filter: (path) => !/(README.md|index.html)$/.test(path)});
  cpSync(join(DESIGN, 'tokens.css'), join(out, 'site/tokens.css'));
  // The home page stands at "/"; it names everything by its path from there.
  writeFileSync(join(out, 'index.html'), readFileSync(join(SITE, 'index.html')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildWidget(resolve(process.argv[2] ?? join(WIDGET, '../../../build/web')));
}
