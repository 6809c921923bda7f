// The languages of the widget, by the tags that pages use.

import type {Language} from '../types';
import {EN} from './en';
import {ZH_CN, type Texts} from './zh_cn';
import {ZH_TW} from './zh_tw';

export type {Texts};
export type Tag = 'zh-CN' | 'zh-TW' | 'en';

export const LANGUAGES: readonly {tag: Tag; name: string; language: Language; texts: Texts}[] = [
  {tag: 'zh-CN', name: '简体中文', language: 'ZH_CN', texts: ZH_CN},
  {tag: 'zh-TW', name: '繁體中文', language: 'ZH_TW', texts: ZH_TW},
  {tag: 'en', name: 'English', language: 'EN', texts: EN},
];

// The nearest of them: "zh-Hant-HK" is traditional, "en-GB" English; what is not known is simplified Chinese.
export function tagOf(wanted: string | null | undefined): Tag {
  const lower = (wanted ?? '').toLowerCase();
  if (lower.startsWith('en')) return 'en';
  return /^zh-(tw|hk|mo|hant)/.test(lower) ? 'zh-TW' : 'zh-CN';
}

export const languageOf = (tag: Tag) => LANGUAGES.find((one) => one.tag === tag) ?? LANGUAGES[0]!;
