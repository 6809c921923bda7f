export const THEMES = ['auto', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
export const isTheme = (name: string): name is Theme => (THEMES as readonly string[]).includes(name);
