// Which text of an entry this person saw last, so that what changed since can be shown. Kept by the browser: entry, numbers
// and a hash, never a text.
import {isRecord, keep, kept} from './kept';

export interface Seen {
  revision: string;
  kbRevision: string;
  hash: string;
  at: number;
}

const MAX = 1_000;

type All = Record<string, Seen>;

const isAll = (value: unknown): value is All => isRecord(value) && Object.values(value).every((one) => isRecord(one) &&
  typeof one.revision === 'string' && typeof one.kbRevision === 'string' && typeof one.hash === 'string' && typeof one.at === 'number');

// `person`: two people at one desk have seen different things.
export function makeSeen(person: () => string, storage: Storage = localStorage) {
  const key = () => `koujing.console.seen.${person()}`;
  const all = () => kept<All>(storage, key(), {}, isAll);
  return {
    of: (entry: string): Seen | null => all()[entry] ?? null,
    mark(entry: string, seen: Seen): void {
      const entries = Object.entries({...all(), [entry]: seen}).sort(([, a], [, b]) => b.at - a.at).slice(0, MAX);
      keep(storage, key(), Object.fromEntries(entries));
    },
  };
}

export type SeenEntries = ReturnType<typeof makeSeen>;
