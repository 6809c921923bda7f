// The entry that the pages below /entries/:id are about: read once, passed down, replaced by what a write brings.
import {inject, type InjectionKey, type ShallowRef} from 'vue';

import type {Entry} from '@/gen/hotline/knowledge/v1/entry_pb';

export interface EntryContext {
  entry: Readonly<ShallowRef<Entry | null>>;
  // A write gave a newer state.
  put(entry: Entry): void;
  reload(): Promise<Entry | undefined>;
}

export const ENTRY: InjectionKey<EntryContext> = Symbol('entry');

export function useEntry(): EntryContext {
  const context = inject(ENTRY);
  if (!context) throw new Error('outside of an entry');
  return context;
}
