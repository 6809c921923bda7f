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
const DIRECT = new Set(['110000', '120000', '310000', '500000']); // cities that are provinces

// Names that are not their pinyin. Below a province named here, and for autonomous places, the Chinese name stands in English texts
// too: their names come from other languages, and a guess would be wrong.
const OWN_NAMES = {
  150000: 'Inner Mongolia', 540000: 'Xizang', 650000: 'Xinjiang', 450000: 'Guangxi', 640000: 'Ningxia', 610000: 'Shaanxi Province',
  710000: 'Taiwan', 810000: 'Hong Kong', 820000: 'Macao',
};
const OTHER_TONGUES = /^(15|54|65|71|81|82)/;
const KINDS = [['新区', 'New Area'], ['地区', 'Prefecture'], ['区', 'District'], ['县', 'County'], ['市', 'City'], ['省', 'Province']];

// "南山区" -> "Nanshan District", "宝安区" -> "Bao'an District".
function latin(code, name, pinyin) {
  if (OWN_NAMES[code]) return OWN_NAMES[code];
  const kind = KINDS.find(([suffix]) => name.endsWith(suffix) && name.length > suffix.length + 1);
  if (!kind || OTHER_TONGUES.test(code) || /自治|族/.test(name)) return name;
  const letters = pinyin(name.slice(0, -kind[0].length), {toneType: 'none', type: 'array', v: true});
  const word = letters.map((one, at) => (at > 0 && /^[aeo]/.test(one) ? `'${one}` : one)).join('').replaceAll('v', 'ü');
  return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${kind[1]}`;
}

// One file per province: itself, its cities, their districts.
function writeRegions(folder) {
  const require = createRequire(import.meta.url);
  const {areaList} = require('@vant/area-data');
  const {pinyin} = require('pinyin-pro');
  const {province_list: provinces, city_list: cities, county_list: counties} = areaList;
  mkdirSync(folder, {recursive: true});
  // A city that is a province has districts only; below a county nothing is of GB/T 2260.
  const codes = {...Object.fromEntries(Object.entries(cities).filter(([, name]) => /[市州盟区]$/.test(name) && name !== '市辖区')),
    ...counties};
  for (const [top, name] of Object.entries(provinces)) {
    const direct = DIRECT.has(top);
    const below = Object.entries(codes).filter(([code]) => /^\d{6}$/.test(code) && code.startsWith(top.slice(0, 2)) &&
      !(direct && code.endsWith('00')));
    const rows = [[top, name], ...below].sort().map(([code, own]) => [code, [own, latin(code, own, pinyin)]]);
    writeFileSync(join(folder, `${top.slice(0, 2)}.json`), JSON.stringify(Object.fromEntries(rows)));
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
