// Services count characters in code points, pages in UTF-16 units.

// The place in UTF-16 units of the character with this number; the end when there are fewer.
export function unitsAt(text: string, codePoint: number): number {
  let units = 0;
  for (let i = 0; i < codePoint && units < text.length; i++) units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}

export function codePoints(text: string): number {
  return [...text].length;
}

// `text` with the characters from `begin` to `end` (code points) replaced.
export function replaceRange(text: string, begin: number, end: number, by: string): string {
  return text.slice(0, unitsAt(text, begin)) + by + text.slice(unitsAt(text, end));
}
