// Names of regions: those of the page's province, from a small file beside the script (regions/44.json; made by build.mjs from
// GB/T 2260). Without it, codes are shown: no guess.

import type {Tag, Texts} from './texts';

// Code -> [name in Chinese, name in Latin letters].
export type Names = Record<string, [string, string]>;

const isProvince = (code: string): boolean => code.endsWith('0000');

// What a person can choose on a page of `home`: its city and the districts; on a page of a province its cities, on one of a
// city that is a province its districts.
export function choicesOf(home: string, names: Names): string[] {
  const codes = Object.keys(names).sort();
  if (!isProvince(home)) return codes.filter((code) => code.startsWith(home.slice(0, 4)));
  const cities = codes.filter((code) => code.endsWith('00') && !isProvince(code));
  return [home, ...(cities.length > 0 ? cities : codes.filter((code) => code !== home))];
}

export class Regions {
  choices: string[] = [];

  constructor(private names: Names = {}) {}

  async load(folder: string, home: string): Promise<void> {
    if (!/^[1-9]\d{5}$/.test(home)) return;
    try {
      const reply = await fetch(`${folder}regions/${home.slice(0, 2)}.json`, {credentials: 'omit'});
      if (!reply.ok) return;
      this.names = (await reply.json()) as Names;
      this.choices = choicesOf(home, this.names);
    } catch {
      // Codes are shown.
    }
  }

  name(code: string, tag: Tag, texts: Texts): string {
    if (code === '000000') return texts.country;
    return this.names[code]?.[tag === 'en' ? 1 : 0] ?? code;
  }

  // The service's sentences about a region with its name instead of its code: "区级（440305）" is nothing that a citizen knows.
  named(sentence: string, tag: Tag, texts: Texts): string {
    return sentence.replace(/[省市区]级（(\d{6})）|\bregion (\d{6})/g, (all, chinese?: string, english?: string) => {
      const code = chinese ?? english ?? '';
      const name = this.name(code, tag, texts);
      return name === code ? all : name;
    });
  }
}
