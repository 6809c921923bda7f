// Light, dark or high contrast: the person's choice, else the machine's.
import {onMounted, ref, watch} from 'vue';

export const themes = ['light', 'dark', 'contrast'] as const;
type Theme = typeof themes[number];

const KEY = 'koujing.theme';
const stored = localStorage.getItem(KEY) as Theme | null;
const machine: Theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

export const theme = ref<Theme>(stored && themes.includes(stored) ? stored : machine);

export function useTheme(): void {
  const show = () => { document.documentElement.dataset.theme = theme.value; };
  onMounted(show);
  watch(theme, (chosen) => {
    localStorage.setItem(KEY, chosen);
    show();
  });
}
