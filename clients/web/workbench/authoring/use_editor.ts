// The life of a text in the editor: begun, kept while it is typed, saved, and merged when somebody else was quicker.
import {computed, onMounted, onUnmounted, reactive, ref, shallowRef, watch} from 'vue';

import type {Entry} from '@/gen/hotline/knowledge/v1/entry_pb';
import {EntryView, KnowledgeService} from '@/gen/hotline/knowledge/v1/knowledge_service_pb';
import {clientOf} from '@/lib/calls';
import {useWrite} from '@/ui/use_write';

import {KeptTexts} from './kept_texts';
import {self} from './may';
import {mergeTexts, type Merge} from './merge';
import {RecentEntries} from './recent_entries';
import {changedPaths, contentOf, copyText, emptyText, textOf, type WorkingText} from './working_text';

export const NEW = 'new';
const KEEP_MS = 200;

// What somebody else saved meanwhile.
export interface Conflict {
  merge: Merge;
  theirs: Entry;
}

const knowledge = () => clientOf(KnowledgeService);

// `name`: `entries/…`, or NEW.
export function useEditor(name: string, saved: Entry | null, begin: WorkingText = emptyText()) {
  const kept = new KeptTexts(self());
  const etag = ref(saved?.etag ?? '');
  const base = shallowRef(saved ? textOf(saved.content) : emptyText());
  const text = reactive(copyText(saved ? base.value : begin)) as WorkingText;
  const restoredFrom = ref<number | null>(null);
  const roomLess = ref(false);
  // Who saved something else meanwhile, as far as it is known.
  const changedElsewhere = ref('');
  const conflict = shallowRef<Conflict | null>(null);
  const {busy, problem, write} = useWrite();
  const changed = computed(() => changedPaths(base.value, text));
  const dirty = computed(() => changed.value.length > 0);

  function replace(other: WorkingText): void {
    Object.assign(text, copyText(other));
  }

  function keepNow(): void {
    clearTimeout(timer);
    if (dirty.value) {
      roomLess.value = !kept.keep(name, {etag: etag.value, base: base.value, text: copyText(text), time: Date.now()});
    } else {
      kept.drop(name);
    }
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(text, () => {
    clearTimeout(timer);
    timer = setTimeout(keepNow, KEEP_MS);
  }, {deep: true});

  function restore(): void {
    const found = kept.read(name);
    if (!found) return;
    restoredFrom.value = found.time;
    replace(found.text);
    if (!saved || found.etag === saved.etag) return;
    // It was changed since: what was typed meets what is there now.
    base.value = found.base;
    etag.value = found.etag;
    meet(saved, found.base, found.text);
  }

  function meet(theirs: Entry, common: WorkingText, mine: WorkingText): void {
    conflict.value = {theirs, merge: mergeTexts(common, textOf(theirs.content), mine)};
  }

  function discard(): void {
    replace(name === NEW ? begin : base.value);
    restoredFrom.value = null;
    kept.drop(name);
  }

  // Gives the entry as saved; undefined when it was not (see `problem` and `conflict`).
  async function save(): Promise<Entry | undefined> {
    const sent = copyText(text);
    const reply = name === NEW
      ? await write(JSON.stringify(sent), (requestId) => knowledge().createEntry({entry: {content: contentOf(sent)}, requestId}))
      : await write(JSON.stringify([etag.value, sent]), (requestId) => knowledge().updateEntry({
        entry: {name, etag: etag.value, content: contentOf(sent)}, updateMask: {paths: changedPaths(base.value, sent)}, requestId}));
    if (reply) {
      etag.value = reply.etag;
      base.value = sent;
      restoredFrom.value = null;
      new RecentEntries(self()).note(reply.name);
      if (name === NEW) kept.drop(NEW);
      else keepNow();
      return reply;
    }
    if (problem.value?.reason === 'ETAG_MISMATCH') await lookAtTheirs();
    return undefined;
  }

  async function lookAtTheirs(): Promise<void> {
    const theirs = await write(`theirs ${etag.value}`, () => knowledge().getEntry({name, view: EntryView.FULL}));
    if (theirs) meet(theirs, base.value, copyText(text));
  }

  // The merge is decided: it stands on what they saved.
  function settle(merged: WorkingText): void {
    const theirs = conflict.value!.theirs;
    base.value = textOf(theirs.content);
    etag.value = theirs.etag;
    replace(merged);
    conflict.value = null;
    changedElsewhere.value = '';
    keepNow();
  }

  // Somebody else's change is told when the person comes back to this tab, not only when saving fails.
  async function lookAgain(): Promise<void> {
    if (name === NEW || document.visibilityState !== 'visible' || conflict.value) return;
    try {
      const now = await knowledge().getEntry({name, view: EntryView.BASIC});
      changedElsewhere.value = now.etag === etag.value ? '' : now.updater;
    } catch {
      // Saving will say what is wrong.
    }
  }

  const leave = () => keepNow();
  onMounted(() => {
    restore();
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', leave);
    window.addEventListener('focus', lookAgain);
  });
  onUnmounted(() => {
    keepNow();
    window.removeEventListener('pagehide', leave);
    document.removeEventListener('visibilitychange', leave);
    window.removeEventListener('focus', lookAgain);
  });

  return {text, base, etag, dirty, changed, busy, problem, conflict, restoredFrom, roomLess, changedElsewhere, save, settle, discard,
    lookAtTheirs};
}
