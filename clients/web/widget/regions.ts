// Names of regions: the city of the page and its districts, from a small file beside the script (regions/4403.json; made by
// build.mjs from GB/T 2260). Without it, codes are shown: no guess.

import type {Tag, Texts} from './texts';

// Code -> [name in Chinese, name in Latin letters].
type Names = Record<string, [string, string]>;

export class Regions {
  private names: Names = {};

  // `home` is the region of the page: its city decides which file is read.
  async load(folder: string, home: string): Promise<void> {
    if (!/^\d{6}$/.test(home) || home.startsWith('0')) return;
    try {
      const reply = await fetch(`${folder}regions/${home.slice(0, 4)}.json`, {credentials: 'omit'});
      if (reply.ok) this.names = (await reply.json()) as Names;
    } catch {
      // Codes are shown.
    }
  }

  // What a person can choose: the city first, then its districts.
  get choices(): string[] {
    return Object.keys(this.names).filter((code) => !code.endsWith('0000')).sort();
  }

  name(code: string, tag: Tag, texts: Texts): string {
    if (code === '000000') return texts.country;
    const found = this.names[code];
    return found ? found[tag === 'en' ? 1 : 0] : code;
  }
}
