// Words in both languages side by side, so that none is forgotten: [Chinese, English].
import type {Words} from '@/ui/i18n';

export type Pairs = {[key: string]: readonly [zh: string, en: string] | Pairs};

function isPair(value: Pairs[string]): value is readonly [string, string] {
  return Array.isArray(value);
}

export function wordsOf(pairs: Pairs, language: 0 | 1): Words {
  return Object.fromEntries(Object.entries(pairs).map(([key, value]) =>
    [key, isPair(value) ? value[language] : wordsOf(value, language)]));
}
