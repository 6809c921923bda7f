// What the commands do.
import {nextTick} from 'vue';
import {useI18n} from 'vue-i18n';

import {EntryKind} from '@/gen/hotline/knowledge/v1/entry_pb';
import {copyText} from '@/lib/clipboard';
import type {Problem} from '@/lib/problem';

import {copyOf} from '../state/copying';
import type {Desk} from '../state/desk';
import type {CommandId} from '../state/keys';

const WAY = ['PROCEDURE', 'LINK', 'MATERIALS'];

export interface Focus {
  search(): void;
  category(): void;
  department(): void;
  assist(): void;
}

export function useActs(desk: Desk, focus: Focus, go: (entry: string) => void, renewed: () => void) {
  const {t} = useI18n();
  const {call, entry, receipts, reading, shelf, related, sections, search, block} = desk;
  const fail = (problem: Problem | null) => desk.say(problem?.sentence || t('common.offline'), 'bad');

  // At once to the clipboard; the receipt follows, and with it the text that names it.
  async function copy(): Promise<void> {
    const answer = entry.answer.value;
    if (!answer) return desk.say(t('say.openFirst'), 'warn');
    if (entry.turn.value?.kind === 'withdrawn') return desk.say(t('answer.withdrawn'), 'bad');
    const parts = sections.value;
    const day = entry.history.value?.day;
    if (!await copyText(copyOf(answer, parts, {day}))) return desk.say(t('say.notCopied'), 'bad');
    // What held on another day is told, not given: it leaves no receipt.
    if (day) return desk.say(t('say.copiedHistory'), 'warn');
    desk.say(t('common.copied'));
    const given = await receipts.give(answer);
    if (!given) return desk.say(t('say.copiedNoReceipt'), 'warn');
    entry.markSeen();
    desk.say(await copyText(copyOf(answer, parts, {code: given.code}))
      ? t('say.copiedReceipt', {code: given.code}) : t('say.receiptOnly', {code: given.code}));
  }

  function step(by: number): void {
    const last = sections.value.length - 1;
    if (last < 0) return desk.say(t('say.openFirst'), 'warn');
    block.value = Math.min(Math.max(block.value + by, 0), last);
  }

  async function guide(): Promise<void> {
    const answer = entry.answer.value;
    if (!answer) return desk.say(t('say.openFirst'), 'warn');
    const own = sections.value.findIndex((part) => WAY.includes(part.type));
    const jump = () => { block.value = -1; void nextTick(() => { block.value = own; }); };
    if (answer.kind === EntryKind.GUIDE && own >= 0) return jump();
    const name = await related.guideOf(answer);
    if (name && name !== answer.entry) return go(name);
    if (own >= 0) return jump();
    desk.say(t(name === undefined ? 'common.offline' : 'say.noGuide'), 'warn');
  }

  async function favourite(): Promise<void> {
    const name = entry.answer.value?.entry;
    if (!name) return desk.say(t('say.openFirst'), 'warn');
    const now = await shelf.toggle(name);
    if (now === null) fail(shelf.problem.value);
    else desk.say(t(now ? 'say.kept' : 'say.unkept'));
  }

  function newCall(): void {
    call.renew();
    renewed();
    desk.assist.follow('');
    receipts.forget();
    search.type('');
    desk.dialog.value = null;
    go('');
    desk.say(t('say.newCall'));
    void desk.pulse.look();
    focus.search();
  }

  function whenOpen(then: () => void): void {
    if (entry.answer.value) then();
    else desk.say(t('say.openFirst'), 'warn');
  }

  const acts: Record<CommandId, () => void> = {
    region: () => { desk.dialog.value = 'region'; },
    category: focus.category,
    department: focus.department,
    favourite: () => void favourite(),
    copy: () => void copy(),
    script: () => whenOpen(() => {
      if (entry.sayable.value) desk.dialog.value = 'script';
      else desk.say(t(entry.history.value ? 'say.notToday' : 'answer.withdrawn'), 'bad');
    }),
    nextBlock: () => step(1),
    previousBlock: () => step(-1),
    guide: () => void guide(),
    changes: () => whenOpen(() => {
      if (entry.sinceSeen.value) desk.showChanges.value = !desk.showChanges.value;
      else desk.say(t('changes.noneSince'));
    }),
    history: () => whenOpen(() => { desk.dialog.value = 'history'; }),
    newCall,
    assist: focus.assist,
    receipt: () => { desk.dialog.value = 'receipt'; },
    correction: () => whenOpen(() => { desk.dialog.value = 'correction'; }),
    gap: () => { desk.dialog.value = 'gap'; },
    reading: () => { desk.dialog.value = 'reading'; },
    help: () => { desk.dialog.value = 'help'; },
  };

  // Step by step back: what was said about a change, another day, the text in the box.
  function escape(): void {
    if (entry.history.value) void entry.showToday();
    else if (entry.turn.value?.kind === 'changed' || entry.sinceSeen.value) entry.accept();
    else if (search.text.value) search.type('');
    focus.search();
  }

  return {
    act: (command: CommandId): void => acts[command](),
    escape,
    corrected: (code: string): void => { desk.dialog.value = null; desk.say(t('say.corrected', {code})); },
    reported: (opened: boolean): void => { desk.dialog.value = null; desk.say(t(opened ? 'say.gapOpened' : 'say.gapJoined')); },
    readingCount: reading.pending,
  };
}
