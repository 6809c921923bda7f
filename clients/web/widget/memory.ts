// What is remembered: choices of the reader for the next visit, questions for a reload of this tab. Nothing else, and no text
// of an answer: what is shown again is read again.

const CHOICES = 'koujing.chat';
const QUESTIONS = 'koujing.chat.questions';

export interface Choices {
  region?: string;
  tag?: string;
  tagOn?: string; // the language of the pages on which it was chosen
  theme?: string;
  elder?: boolean;
}

// A question of this tab, and which entry answered it.
export interface Remembered {
  question: string;
  entry?: string;
  region: string;
}

export interface TabMemory {
  open: boolean;
  turns: Remembered[];
}

function read<Kept extends object>(storage: () => Storage, key: string): Partial<Kept> {
  try {
    const kept: unknown = JSON.parse(storage().getItem(key) ?? '{}');
    return kept && typeof kept === 'object' ? kept : {};
  } catch { // storage may be forbidden, or hold what another wrote
    return {};
  }
}

function write(storage: () => Storage, key: string, kept: object): void {
  try {
    storage().setItem(key, JSON.stringify(kept));
  } catch {
    // It is then not remembered.
  }
}

export const choices = (): Choices => read<Choices>(() => localStorage, CHOICES);
export const rememberChoices = (kept: Choices): void => write(() => localStorage, CHOICES, kept);

const isTurn = (turn: unknown): turn is Remembered =>
  typeof (turn as Remembered | null)?.question === 'string' && typeof (turn as Remembered).region === 'string';

export function tabMemory(): TabMemory {
  const kept = read<TabMemory>(() => sessionStorage, QUESTIONS);
  return {open: kept.open === true, turns: Array.isArray(kept.turns) ? kept.turns.filter(isTurn) : []};
}

export const rememberTab = (kept: TabMemory): void => write(() => sessionStorage, QUESTIONS, kept);
