// Builds the widget and the site around it into a web folder that the gateway serves.
//
//   node clients/web/widget/build.mjs [build/web]
//
// index.html, site/*, widget/kb-chat.js, widget/regions/*.json

import {cpSync, mkdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

import {build} from 'vite';

import {divisions} from '../../../scripts/places.mjs';

const WIDGET = fileURLToPath(new URL('.', import.meta.url));
const SITE = fileURLToPath(new URL('../site', import.meta.url));
const DESIGN = fileURLToPath(new URL('../design', import.meta.url));
const {pinyin} = createRequire(import.meta.url)('pinyin-pro');

// Names that are not their pinyin. Below a province named here, and for autonomous places, the Chinese name stands in English texts
// too: their names come from other languages, and a guess would be wrong.
const OWN_NAMES = {
  150000: 'Inner Mongolia', 540000: 'Xizang', 650000: 'Xinjiang', 450000: 'Guangxi', 640000: 'Ningxia', 610000: 'Shaanxi Province',
  710000: 'Taiwan', 810000: 'Hong Kong', 820000: 'Macao',
};
const OTHER_TONGUES = /^(15|54|65|71|81|82)/;
const KINDS = [['新区', 'New Area'], ['地区', 'Prefecture'], ['区', 'District'], ['县', 'County'], ['市', 'City'], ['省', 'Province']];

// "南山区" -> "Nanshan District", "宝安区" -> "Bao'an District".
function latin(code, name) {
  if (OWN_NAMES[code]) return OWN_NAMES[code];
  const kind = KINDS.find(([suffix]) => name.endsWith(suffix) && name.length > suffix.length + 1);
  if (!kind || OTHER_TONGUES.test(code) || /自治|族/.test(name)) return name;
  const letters = pinyin(name.slice(0, -kind[0].length), {toneType: 'none', type: 'array', v: true});
  const word = letters.map((one, at) => (at > 0 && /^[aeo]/.test(one) ? `'${one}` : one)).join('').replaceAll('v', 'ü');
  return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${kind[1]}`;
}

// One file per province: itself, its cities, their districts.
function writeRegions(folder) {
  mkdirSync(folder, {recursive: true});
  const places = [...divisions()].sort();
  for (const [top] of places.filter(([code]) => code.endsWith('0000'))) {
    const own = places.filter(([code]) => code.startsWith(top.slice(0, 2)));
    const names = Object.fromEntries(own.map(([code, name]) => [code, [name, latin(code, name)]]));
    writeFileSync(join(folder, `${top.slice(0, 2)}.json`), JSON.stringify(names));
  }
}

export async function buildWidget(out) {
  await build({configFile: join(WIDGET, 'vite.config.ts'), build: {outDir: join(out, 'widget')}});
  writeRegions(join(out, 'widget/regions'));
  cpSync(SITE, join(out, 'site'), {recursive: true, filter: (path) => !/(README.md|index.html)$/.test(path)});
  cpSync(join(DESIGN, 'tokens.css'), join(out, 'site/tokens.css'));
  // The home page stands at "/"; it names everything by its path from there.
  cpSync(join(SITE, 'index.html'), join(out, 'index.html'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildWidget(resolve(process.argv[2] ?? join(WIDGET, '../../../build/web')));
}
