// What the toolbar does to a field of Markdown. Pure: a text with a selection in, one replacement out.
export interface Edit {
  // The range that is replaced, and by what; then the selection within the new text.
  begin: number;
  end: number;
  by: string;
  selectBegin: number;
  selectEnd: number;
}

// **…** around the selection, or away from it.
export function wrap(text: string, begin: number, end: number, sign: string, empty: string): Edit {
  const inner = text.slice(begin, end);
  const n = sign.length;
  if (text.slice(begin - n, begin) === sign && text.slice(end, end + n) === sign) {
    return {begin: begin - n, end: end + n, by: inner, selectBegin: begin - n, selectEnd: end - n};
  }
  const said = inner || empty;
  return {begin, end, by: sign + said + sign, selectBegin: begin + n, selectEnd: begin + n + said.length};
}

const MARK = /^(?:- |\d+\. )/;

// "- " or "1. " before each line of the selection, or away when all have it.
export function list(text: string, begin: number, end: number, ordered: boolean): Edit {
  const from = text.lastIndexOf('\n', begin - 1) + 1;
  const to = text.indexOf('\n', end) < 0 ? text.length : text.indexOf('\n', end);
  const lines = text.slice(from, to).split('\n');
  const marked = lines.every((line) => line === '' || (ordered ? /^\d+\. / : /^- /).test(line)) && lines.some((line) => line !== '');
  let n = 0;
  const by = lines.map((line) => {
    const bare = line.replace(MARK, '');
    return marked ? bare : line === '' && lines.length > 1 ? line : (ordered ? `${++n}. ` : '- ') + bare;
  }).join('\n');
  return {begin: from, end: to, by, selectBegin: from + by.length, selectEnd: from + by.length};
}

export function link(text: string, begin: number, end: number, address: string): Edit {
  const said = text.slice(begin, end) || address;
  const by = `[${said}](${address})`;
  return {begin, end, by, selectBegin: begin + by.length, selectEnd: begin + by.length};
}

export function insert(begin: number, end: number, by: string): Edit {
  return {begin, end, by, selectBegin: begin + by.length, selectEnd: begin + by.length};
}

// Makes the edit as if it had been typed, so that the browser can undo it.
export function apply(field: HTMLTextAreaElement, edit: Edit): void {
  field.focus();
  field.setSelectionRange(edit.begin, edit.end);
  if (!document.execCommand('insertText', false, edit.by)) {
    field.setRangeText(edit.by, edit.begin, edit.end, 'end');
    field.dispatchEvent(new Event('input', {bubbles: true}));
  }
  field.setSelectionRange(edit.selectBegin, edit.selectEnd);
}
