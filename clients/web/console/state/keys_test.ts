import {expect, test} from 'vitest';

import {actOf, COMMANDS, shownKey, type Stroke} from './keys';

const stroke = (key: string, code: string, more: Partial<Stroke> = {}): Stroke =>
  ({key, code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, ...more});

test('no two commands share a key, and none takes a key that browsers keep for themselves', () => {
  const codes = COMMANDS.map((command) => command.code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const kept of ['KeyD', 'KeyE', 'KeyF']) expect(codes).not.toContain(kept); // address bar and menus
});

test('a command works while something is typed, whatever letter the layout makes of it', () => {
  expect(actOf(stroke('c', 'KeyC', {altKey: true}), true)).toEqual({do: 'command', id: 'copy'});
  expect(actOf(stroke('ç', 'KeyC', {altKey: true}), false)).toEqual({do: 'command', id: 'copy'});
  expect(shownKey('copy')).toBe('Alt+C');
  expect(shownKey('help')).toBe('Alt+/');
});

test('an input method keeps its strokes', () => {
  expect(actOf(stroke('Enter', 'Enter', {isComposing: true}), true)).toBeNull();
  expect(actOf(stroke('2', 'Digit2', {isComposing: true}), true)).toBeNull();
  expect(actOf(stroke('Escape', 'Escape', {isComposing: true}), true)).toBeNull();
});

test('digits open what is listed, but stand for themselves in a field', () => {
  expect(actOf(stroke('3', 'Digit3'), false)).toEqual({do: 'open', index: 2});
  expect(actOf(stroke('3', 'Numpad3'), false)).toEqual({do: 'open', index: 2});
  expect(actOf(stroke('3', 'Digit3'), true)).toBeNull();
  expect(actOf(stroke('3', 'Digit3', {altKey: true}), true)).toEqual({do: 'open', index: 2});
});

test('whatever is typed anywhere goes to the search box', () => {
  expect(actOf(stroke('g', 'KeyG'), false)).toEqual({do: 'type'});
  expect(actOf(stroke('Process', 'KeyG'), false)).toEqual({do: 'type'});
  expect(actOf(stroke('/', 'Slash'), false)).toEqual({do: 'search'});
  expect(actOf(stroke(' ', 'Space'), false)).toBeNull();
  expect(actOf(stroke('Tab', 'Tab'), false)).toBeNull();
  expect(actOf(stroke('c', 'KeyC', {ctrlKey: true}), false)).toBeNull();
});

test('help is a question mark, and F1 in a field', () => {
  expect(actOf(stroke('?', 'Slash', {shiftKey: true}), false)).toEqual({do: 'command', id: 'help'});
  expect(actOf(stroke('？', 'Slash', {shiftKey: true}), false)).toEqual({do: 'command', id: 'help'});
  expect(actOf(stroke('?', 'Slash', {shiftKey: true}), true)).toBeNull();
  expect(actOf(stroke('F1', 'F1'), true)).toEqual({do: 'command', id: 'help'});
});
