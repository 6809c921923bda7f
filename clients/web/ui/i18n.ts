// Words of the screens in Chinese and English. Content is never translated here: it comes as it was approved.
import {createI18n} from 'vue-i18n';

import {en, zh} from './messages';

export type Words = {[key: string]: string | Words};

const KEY = 'koujing.language';

function preferred(): 'zh-CN' | 'en' {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEY) ?? 'zh-CN';
  return asked.startsWith('en') ? 'en' : 'zh-CN';
}

// `own`: the words of one app, beside those that all share.
export function makeI18n(own: {zh: Words; en: Words}) {
  const i18n = createI18n({
    legacy: false, locale: preferred(), fallbackLocale: 'zh-CN',
    messages: {'zh-CN': {...zh, ...own.zh}, en: {...en, ...own.en}}});
  document.documentElement.lang = i18n.global.locale.value;
  return i18n;
}

export function rememberLanguage(language: string): void {
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
}
