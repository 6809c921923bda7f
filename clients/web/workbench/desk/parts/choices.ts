// The values of an enum as choices of a field, in the words of the screens; its zero means "not told" and is no choice.
import {useI18n} from 'vue-i18n';

import type {Choice} from '@/ui/FormField.vue';

export function useChoices() {
  const {t} = useI18n();
  return (values: Record<string, string | number>, words: string): Choice[] => Object.entries(values)
    .filter(([, value]) => typeof value === 'number' && value !== 0)
    .map(([name, value]) => ({value: String(value), text: t(`${words}.${name}`)}));
}
