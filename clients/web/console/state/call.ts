// What belongs to the call that is being answered. Stays over a reload, ends with "new call"; whoever signs in next does not
// see it.
import {reactive, readonly} from 'vue';

import {isRecord, isStrings, keep, kept} from './kept';

export interface GivenReceipt {
  code: string;
  entry: string;
  question: string;
  revision: string;
  hash: string; // a fact may change the text of the same revision
  at: number;
}

export interface CallState {
  region: string; // GB/T 2260; '' = any
  category: string;
  department: string;
  departmentName: string;
  conversation: string;
  receipts: GivenReceipt[];
}

const CALL = 'koujing.console.call';
const HOME = 'koujing.console.home';
const RECENT = 'koujing.console.regions';
const RECENT_MAX = 9;

const isState = (value: unknown): value is CallState => isRecord(value) &&
  (['region', 'category', 'department', 'departmentName', 'conversation'] as const).every((key) => typeof value[key] === 'string') &&
  Array.isArray(value.receipts);

export function makeCall(person: string, session: Storage = sessionStorage, local: Storage = localStorage) {
  const key = `${CALL}.${person}`;
  const isText = (value: unknown): value is string => typeof value === 'string';
  const home = () => kept(local, HOME, '', isText);
  const fresh = (): CallState =>
    ({region: home(), category: '', department: '', departmentName: '', conversation: '', receipts: []});
  const state = reactive<CallState>(kept(session, key, fresh(), isState));

  function set(part: Partial<CallState>): void {
    Object.assign(state, part);
    keep(session, key, state);
  }

  return {
    state: readonly(state) as Readonly<CallState>,
    set,
    recentRegions: (): string[] => kept(local, RECENT, [], isStrings),
    home,
    chooseRegion(code: string): void {
      set({region: code});
      if (code) keep(local, RECENT, [code, ...kept(local, RECENT, [], isStrings).filter((one) => one !== code)].slice(0, RECENT_MAX));
    },
    // The region with which every call begins at this desk.
    chooseHome: (code: string): void => keep(local, HOME, code),
    addReceipt: (receipt: GivenReceipt): void => set({receipts: [receipt, ...state.receipts]}),
    renew: (): void => set(fresh()),
  };
}

export type Call = ReturnType<typeof makeCall>;
