// What the keys do. One table: the desk obeys it, the help shows it, the tests read it.
//
// Commands are Alt and a letter, so that they work while something is typed; the letter is taken by its place on the
// keyboard, so an input method or a Mac's Option key changes nothing.

export const groups = ['find', 'answer', 'call', 'report', 'page'] as const;
export type Group = typeof groups[number];

export const COMMANDS = [
  {id: 'region', code: 'KeyR', group: 'find'},
  {id: 'category', code: 'KeyY', group: 'find'},
  {id: 'department', code: 'KeyU', group: 'find'},
  {id: 'favourite', code: 'KeyM', group: 'find'},
  {id: 'copy', code: 'KeyC', group: 'answer'},
  {id: 'script', code: 'KeyL', group: 'answer'},
  {id: 'nextBlock', code: 'KeyX', group: 'answer'},
  {id: 'previousBlock', code: 'KeyS', group: 'answer'},
  {id: 'guide', code: 'KeyZ', group: 'answer'},
  {id: 'changes', code: 'KeyG', group: 'answer'},
  {id: 'history', code: 'KeyH', group: 'answer'},
  {id: 'newCall', code: 'KeyN', group: 'call'},
  {id: 'assist', code: 'KeyA', group: 'call'},
  {id: 'receipt', code: 'KeyP', group: 'call'},
  {id: 'correction', code: 'KeyJ', group: 'report'},
  {id: 'gap', code: 'KeyQ', group: 'report'},
  {id: 'reading', code: 'KeyB', group: 'report'},
  {id: 'help', code: 'Slash', group: 'page'},
] as const satisfies readonly {id: string; code: string; group: Group}[];

export type CommandId = typeof COMMANDS[number]['id'];

// The place of an event of the keyboard; a part of KeyboardEvent.
export interface Stroke {
  code: string;
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  isComposing: boolean;
}

export type Act =
  | {do: 'command'; id: CommandId}
  | {do: 'open'; index: number} // the nth of the list, from 0
  | {do: 'search'} // to the search box, with its text selected
  | {do: 'type'} // likewise, and the stroke itself is the first letter
  | {do: 'escape'};

const digit = (stroke: Stroke): number => /^(?:Digit|Numpad)[1-9]$/.test(stroke.code) ? Number(stroke.code.at(-1)) : 0;

// What a stroke asks for; null = leave it to the browser. `typing`: a field has the focus.
export function actOf(stroke: Stroke, typing: boolean): Act | null {
  if (stroke.isComposing || stroke.ctrlKey || stroke.metaKey) return null;
  const nth = digit(stroke);
  if (stroke.altKey) {
    if (nth > 0) return {do: 'open', index: nth - 1};
    const command = COMMANDS.find((one) => one.code === stroke.code);
    return command ? {do: 'command', id: command.id} : null;
  }
  if (stroke.key === 'F1') return {do: 'command', id: 'help'};
  if (stroke.key === 'Escape') return {do: 'escape'};
  if (typing) return null;
  if (stroke.key === '?' || stroke.key === '？') return {do: 'command', id: 'help'};
  if (stroke.code === 'Slash' || stroke.key === '/') return {do: 'search'};
  if (nth > 0 && !stroke.shiftKey) return {do: 'open', index: nth - 1};
  // 'Process': an input method has taken the stroke; it goes on in the search box.
  if (stroke.key === 'Process' || ([...stroke.key].length === 1 && stroke.key !== ' ')) return {do: 'type'};
  return null;
}

// "Alt+C", as the help and the buttons show it.
export function shownKey(id: CommandId): string {
  const code: string = COMMANDS.find((one) => one.id === id)!.code;
  return `Alt+${code === 'Slash' ? '/' : code.slice(3)}`;
}
