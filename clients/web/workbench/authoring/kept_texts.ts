// What was typed and not saved yet, kept in this tab's own storage: it survives a reload, a lost session and a page left
// by mistake, and nobody else who signs in here is shown it.
import type {WorkingText} from './working_text';

export interface KeptText {
  // What the person began with, and its etag; '' = a new entry.
  etag: string;
  base: WorkingText;
  text: WorkingText;
  // Milliseconds since 1970, by this machine.
  time: number;
}

const PREFIX = 'koujing.text/';

export class KeptTexts {
  constructor(private readonly person: string, private readonly storage: Storage = sessionStorage) {}

  // False when there was no room: then the page has to say so.
  keep(entry: string, kept: KeptText): boolean {
    try {
      this.storage.setItem(this.#key(entry), JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  }

  read(entry: string): KeptText | null {
    try {
      const kept = JSON.parse(this.storage.getItem(this.#key(entry)) ?? 'null') as KeptText | null;
      return kept && Array.isArray(kept.text?.blocks) && Array.isArray(kept.base?.blocks) ? kept : null;
    } catch {
      return null;
    }
  }

  drop(entry: string): void {
    this.storage.removeItem(this.#key(entry));
  }

  // Newest first.
  list(): {entry: string; kept: KeptText}[] {
    const prefix = this.#key('');
    return Array.from({length: this.storage.length}, (_, i) => this.storage.key(i) ?? '')
      .filter((key) => key.startsWith(prefix))
      .flatMap((key) => {
        const entry = key.slice(prefix.length);
        const kept = this.read(entry);
        return kept ? [{entry, kept}] : [];
      })
      .sort((a, b) => b.kept.time - a.kept.time);
  }

  #key(entry: string): string {
    return `${PREFIX}${this.person}/${entry}`;
  }
}
