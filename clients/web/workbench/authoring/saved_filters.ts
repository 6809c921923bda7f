// Filters of the list of entries, as an address keeps them and as people save them under a name.
export interface Filter {
  text: string;
  state: string;
  kind: string;
  department: string;
  region: string;
  category: string;
  // 'me' = only what I changed; '' = everybody's.
  author: string;
}

const KEYS = ['text', 'state', 'kind', 'department', 'region', 'category', 'author'] as const;

export function emptyFilter(): Filter {
  return {text: '', state: '', kind: '', department: '', region: '', category: '', author: ''};
}

// From and to the query of an address; what is empty is not written.
export function filterOf(query: Record<string, unknown>): Filter {
  const filter = emptyFilter();
  for (const key of KEYS) if (typeof query[key] === 'string') filter[key] = query[key];
  return filter;
}

export function queryOf(filter: Filter): Record<string, string> {
  return Object.fromEntries(KEYS.filter((key) => filter[key] !== '').map((key) => [key, filter[key]]));
}

export interface SavedFilter {
  name: string;
  filter: Filter;
}

const SAVED_MAX = 30;

export class SavedFilters {
  constructor(private readonly person: string, private readonly storage: Storage = localStorage) {}

  list(): SavedFilter[] {
    try {
      const saved = JSON.parse(this.storage.getItem(this.#key) ?? '[]') as unknown;
      if (!Array.isArray(saved)) return [];
      return saved.flatMap((item: unknown) => {
        const {name, filter} = item as {name?: unknown; filter?: Record<string, unknown>};
        return typeof name === 'string' && filter ? [{name, filter: filterOf(filter)}] : [];
      });
    } catch {
      return [];
    }
  }

  // The same name again replaces the filter.
  save(name: string, filter: Filter): SavedFilter[] {
    return this.#write([{name, filter: {...filter}}, ...this.list().filter((saved) => saved.name !== name)].slice(0, SAVED_MAX));
  }

  remove(name: string): SavedFilter[] {
    return this.#write(this.list().filter((saved) => saved.name !== name));
  }

  get #key(): string {
    return `koujing.filters/${this.person}`;
  }

  #write(saved: SavedFilter[]): SavedFilter[] {
    try {
      this.storage.setItem(this.#key, JSON.stringify(saved));
    } catch {
      // A full storage: the filters hold until the page is left.
    }
    return saved;
  }
}
