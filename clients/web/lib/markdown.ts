// The Markdown that texts are written in, read for a preview: paragraphs, headings, lists, quotes, tables, code, emphasis,
// links, and facts by name. Makes a tree, never HTML: what somebody wrote between angle brackets stays text.
export type Inline =
  | {kind: 'text' | 'code'; text: string}
  | {kind: 'strong' | 'em'; inner: Inline[]}
  | {kind: 'link'; href: string; inner: Inline[]}
  | {kind: 'fact'; name: string}
  | {kind: 'break'};

export type MarkdownBlock =
  | {kind: 'p'; inner: Inline[]}
  | {kind: 'heading'; inner: Inline[]}
  | {kind: 'rule'}
  | {kind: 'code'; text: string}
  | {kind: 'quote'; blocks: MarkdownBlock[]}
  | {kind: 'list'; ordered: boolean; start: number; items: MarkdownBlock[][]}
  | {kind: 'table'; head: Inline[][]; rows: Inline[][][]};

const SAFE_LINK = /^(?:https?:\/\/|tel:)[^\s\p{Cc}]+$/iu;
const DEPTH_MAX = 12;

const TOKENS = new RegExp([
  /\\([!-/:-@[-`{-~])/u, // 1 an escaped sign
  /\{\{(facts\/[a-z0-9-]+)\}\}/u, // 2 a fact
  /(?<ticks>`+)(.+?)\k<ticks>(?!`)/u, // 3, 4 code
  /!?\[((?:[^[\]\\]|\\.)*)\]\(\s*<?([^\s()<>]*)>?(?:\s+"[^"]*")?\s*\)/u, // 5, 6 a link
  /<(https?:\/\/[^\s<>]+)>/u, // 7 a link that is its own text
  /\*\*(?=\S)(.+?)(?<=\S)\*\*/u, // 8 strong
  /\*(?=\S)([^*]+?)(?<=\S)\*/u, // 9 emphasis
  /(?: {2,}|\\)?\n/u, // a line's end
].map((token) => token.source).join('|'), 'gsu');

export function readInline(text: string, depth = 0): Inline[] {
  const parts: Inline[] = [];
  const plain = (piece: string) => {
    const last = parts.at(-1);
    if (last?.kind === 'text') last.text += piece;
    else if (piece) parts.push({kind: 'text', text: piece});
  };
  if (depth > DEPTH_MAX) return [{kind: 'text', text}];
  let at = 0;
  for (const found of text.matchAll(TOKENS)) {
    plain(text.slice(at, found.index));
    at = found.index + found[0].length;
    const [whole, escaped, fact, , code, linkText, address, auto, strong, em] = found;
    if (escaped !== undefined) plain(escaped);
    else if (fact !== undefined) parts.push({kind: 'fact', name: fact});
    else if (code !== undefined) parts.push({kind: 'code', text: code});
    else if (linkText !== undefined && address !== undefined) parts.push(...link(linkText, address, whole.startsWith('!'), depth));
    else if (auto !== undefined) parts.push({kind: 'link', href: auto, inner: [{kind: 'text', text: auto}]});
    else if (strong !== undefined) parts.push({kind: 'strong', inner: readInline(strong, depth + 1)});
    else if (em !== undefined) parts.push({kind: 'em', inner: readInline(em, depth + 1)});
    else parts.push({kind: 'break'});
  }
  plain(text.slice(at));
  return parts;
}

// An address that is not allowed is not a link; a picture is its description.
function link(text: string, address: string, picture: boolean, depth: number): Inline[] {
  const inner = readInline(text, depth + 1);
  const fact = /^\{\{facts\/[a-z0-9-]+\}\}$/.test(address);
  return picture || !(fact || SAFE_LINK.test(address)) ? inner : [{kind: 'link', href: address, inner}];
}

const FENCE = /^\s{0,3}(```+|~~~+)/;
const HEADING = /^\s{0,3}#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^\s{0,3}>\s?/;
const ITEM = /^(\s{0,3})([-*+]|\d{1,9}[.)])(\s+|$)/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const cells = (line: string) => line.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map((cell) => readInline(cell.trim()));

export function readMarkdown(text: string, depth = 0): MarkdownBlock[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: MarkdownBlock[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) blocks.push({kind: 'p', inner: readInline(paragraph.map((line) => line.trimStart()).join('\n').trimEnd())});
    paragraph = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const fence = FENCE.exec(line);
    const item = depth < DEPTH_MAX ? ITEM.exec(line) : null;
    if (line.trim() === '') flush();
    else if (fence) {
      flush();
      const end = lines.findIndex((other, k) => k > i && other.trim().startsWith(fence[1]!));
      const last = end < 0 ? lines.length : end;
      blocks.push({kind: 'code', text: lines.slice(i + 1, last).join('\n')});
      i = last;
    } else if (HEADING.test(line)) {
      flush();
      blocks.push({kind: 'heading', inner: readInline(HEADING.exec(line)![1]!)});
    } else if (RULE.test(line)) {
      flush();
      blocks.push({kind: 'rule'});
    } else if (QUOTE.test(line) && depth < DEPTH_MAX) {
      flush();
      let end = i;
      while (end < lines.length && QUOTE.test(lines[end]!)) end++;
      blocks.push({kind: 'quote', blocks: readMarkdown(lines.slice(i, end).map((l) => l.replace(QUOTE, '')).join('\n'), depth + 1)});
      i = end - 1;
    } else if (item && (paragraph.length === 0 || item[2] === '1.' || !/\d/.test(item[2]!))) {
      flush();
      i = readList(lines, i, blocks, depth);
    } else if (paragraph.length === 0 && line.includes('|') && TABLE_LINE.test(lines[i + 1] ?? '')) {
      let end = i + 2;
      while (end < lines.length && lines[end]!.includes('|')) end++;
      blocks.push({kind: 'table', head: cells(line), rows: lines.slice(i + 2, end).map(cells)});
      i = end - 1;
    } else paragraph.push(line);
  }
  flush();
  return blocks;
}

// Reads the list that begins at line `from`; gives its last line.
function readList(lines: string[], from: number, blocks: MarkdownBlock[], depth: number): number {
  const first = ITEM.exec(lines[from]!)!;
  const ordered = /\d/.test(first[2]!);
  const items: string[][] = [];
  let width = 0;
  let i = from;
  for (; i < lines.length; i++) {
    const line = lines[i]!;
    const item = ITEM.exec(line);
    if (item && /\d/.test(item[2]!) === ordered && !RULE.test(line) && (width === 0 || line.search(/\S/) < width)) {
      width = item[0].length;
      items.push([line.slice(width)]);
    } else if (line.trim() === '') {
      const next = lines.slice(i).find((other) => other.trim() !== '');
      const goesOn = next !== undefined && (next.search(/\S/) >= width || (ITEM.test(next) && /\d/.test(ITEM.exec(next)![2]!) === ordered));
      if (!goesOn) break;
      items.at(-1)!.push('');
    } else if (line.search(/\S/) >= width) items.at(-1)!.push(line.slice(width));
    else if (item || HEADING.test(line) || RULE.test(line) || FENCE.test(line) || QUOTE.test(line) || lines[i - 1]!.trim() === '') break;
    else items.at(-1)!.push(line);
  }
  blocks.push({kind: 'list', ordered, start: ordered ? parseInt(first[2]!, 10) : 1,
    items: items.map((item) => readMarkdown(item.join('\n').trimEnd(), depth + 1))});
  return i - 1;
}

// The same as lines without markup, as text messages and voices have it.
export function plainInline(parts: Inline[], factText: (name: string) => string): string {
  return parts.map((part) => {
    switch (part.kind) {
      case 'text': case 'code': return part.text;
      case 'break': return '\n';
      case 'fact': return factText(part.name);
      case 'link': {
        const text = plainInline(part.inner, factText);
        const href = part.href.startsWith('{{') ? factText(part.href.slice(2, -2)) : part.href.replace(/^tel:/i, '');
        return href === text ? text : `${text}（${href}）`;
      }
      default: return plainInline(part.inner, factText);
    }
  }).join('');
}

export function plainMarkdown(blocks: MarkdownBlock[], factText: (name: string) => string): string {
  return blocks.map((block) => {
    switch (block.kind) {
      case 'p': case 'heading': return plainInline(block.inner, factText);
      case 'code': return block.text;
      case 'rule': return '';
      case 'quote': return plainMarkdown(block.blocks, factText);
      case 'list': return block.items.map((item, i) =>
        `${block.ordered ? `${block.start + i}. ` : '- '}${plainMarkdown(item, factText)}`).join('\n');
      case 'table': return [block.head, ...block.rows].map((row) => row.map((cell) => plainInline(cell, factText)).join('  ')).join('\n');
    }
  }).filter((text) => text !== '').join('\n');
}
