// Words of this part, and what enums and people are called.
import {useI18n} from 'vue-i18n';

import {Entry_State} from '@/gen/hotline/knowledge/v1/entry_pb';
import {idOf} from '@/lib/formats';
import {regionName} from '@/lib/region_names';

import {departmentName, policyTitle} from '../ledgers';
import {localTime} from './working_text';

export type Tone = 'good' | 'warn' | 'bad' | 'plain' | undefined;

const TONES: Partial<Record<Entry_State, Tone>> = {
  [Entry_State.DRAFT]: 'plain', [Entry_State.IN_REVIEW]: 'warn', [Entry_State.APPROVED]: undefined,
  [Entry_State.PUBLISHED]: 'good', [Entry_State.SUSPECT]: 'bad', [Entry_State.RECALLED]: 'bad', [Entry_State.RETIRED]: 'plain',
  [Entry_State.MERGED]: 'plain',
};

export const stateTone = (state: Entry_State): Tone => TONES[state];
export const stateKey = (state: Entry_State): string => Entry_State[state] ?? 'STATE_UNSPECIFIED';

const KEYED = new Set(['kind', 'audience', 'risk']);

export function useWords() {
  const {t, locale} = useI18n();
  const w = (key: string, values: Record<string, unknown> = {}) => t(`authoring.${key}`, values);

  // "blocks[2].text" -> "第 3 段".
  function pathName(path: string): string {
    const block = /^blocks\[(\d+)\](?:\.(\w+))?/.exec(path);
    if (block) {
      const part = block[2] === 'title' ? w('blockTitlePart') : block[2] === 'type' ? w('blockTypePart') : '';
      return w('blockNo', {n: Number(block[1]) + 1}) + part;
    }
    const list = /^(\w+)\[(\d+)\]/.exec(path);
    if (list) return `${w(`field.${list[1]}`)} ${Number(list[2]) + 1}`;
    const field = path.replace(/^content\./, '').replace(/^validity\./, '');
    return field ? w(`field.${field}`) : w('wholeText');
  }

  // A stored value as people say it.
  function valueName(field: string, value: string): string {
    if (value === '') return '';
    if (KEYED.has(field)) return w(`${field}.${value}`);
    if (field === 'department') return departmentName(value);
    if (field === 'region') return `${regionName(value)} ${value}`;
    if (field === 'channels') return value.split('\n').map((channel) => w(`channel.${channel}`)).join('、');
    if (field === 'policies') return value.split('\n').map((name) => `《${policyTitle(name)}》`).join('\n');
    if (field.endsWith('_time')) return Number.isNaN(Date.parse(value)) ? value : localTime(value).replace('T', ' ');
    return value;
  }

  // A value of a FieldDiff.
  function diffValue(path: string, value: string): string {
    if (/^blocks\[\d+\]\.type$/.test(path)) return value && w(`block.${value}`);
    return valueName(path.replace(/^validity\./, '').replace(/\[\d+\]$/, ''), value);
  }

  const personName = (name: string) => idOf(name);
  return {w, t, locale, pathName, valueName, diffValue, personName};
}
