// Entries that somebody saved from this browser, newest first: a changed text of an entry that is online is no draft by its
// state, so nobody else could list it.
const MAX = 50;

export class RecentEntries {
  constructor(private readonly person: string, private readonly storage: Storage = localStorage) {}

  list(): string[] {
    try {
      const names = JSON.parse(this.storage.getItem(this.#key) ?? '[]') as unknown;
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    } catch {
      return [];
    }
  }

  note(name: string): void {
    this.#write([name, ...this.list().filter((other) => other !== name)].slice(0, MAX));
  }

  get #key(): string {
    return `koujing.recent/${this.person}`;
  }

  #write(names: string[]): void {
    try {
      this.storage.setItem(this.#key, JSON.stringify(names));
    } catch {
      // A full storage: the list is a convenience.
    }
  }
}
