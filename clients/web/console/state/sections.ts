// An answer's parts as the console uses them: shown one by one, read out, copied, compared.
export interface Section {
  type: string; // CONCLUSION, MATERIALS, …; '' = text outside of parts
  title: string;
  html: string; // without the heading
  text: string; // the same, plain
}

const BLOCKS = new Set(['P', 'LI', 'UL', 'OL', 'TR', 'TABLE', 'BLOCKQUOTE', 'PRE', 'H3', 'H4', 'SECTION', 'HR']);

// Plain text of a piece of HTML: one line for each paragraph, point or row.
function plain(node: Node, lines: string[]): void {
  const add = (text: string) => { lines[lines.length - 1] += text; };
  const line = () => { if (lines.at(-1)!.trim()) lines.push(''); };
  if (node.nodeType === Node.TEXT_NODE) return add((node.textContent ?? '').replace(/\s+/g, ' '));
  if (!(node instanceof Element)) return;
  const block = BLOCKS.has(node.tagName);
  if (block || node.tagName === 'BR') line();
  if (node.tagName === 'LI') {
    const list = node.parentElement;
    const nth = list ? [...list.children].indexOf(node) + Number(list.getAttribute('start') ?? 1) : 1;
    add(list?.tagName === 'OL' ? `${nth}. ` : '· ');
    // The first paragraph of a point stands beside its number.
    for (const child of node.childNodes) {
      if (child instanceof Element && child.tagName === 'P') child.childNodes.forEach((one) => plain(one, lines));
      else plain(child, lines);
    }
    return line();
  }
  for (const child of node.childNodes) {
    plain(child, lines);
    if (child instanceof Element && (child.tagName === 'TD' || child.tagName === 'TH')) add(' ');
  }
  if (block) line();
}

export function plainText(node: Node): string {
  const lines = [''];
  plain(node, lines);
  return lines.map((text) => text.trim()).filter(Boolean).join('\n');
}

// The parts of the HTML rendering, in their order.
export function sectionsOf(html: string): Section[] {
  // Inert: nothing loads or runs in a document without a window. What is shown goes through SafeHtml.
  const body = new DOMParser().parseFromString(html, 'text/html').body;
  const parts = [...body.querySelectorAll('section')];
  if (parts.length === 0) return body.textContent?.trim()
    ? [{type: '', title: '', html: body.innerHTML, text: plainText(body)}] : [];
  return parts.map((part) => {
    const heading = part.querySelector(':scope > h3');
    const title = heading?.textContent?.trim() ?? '';
    heading?.remove();
    return {type: part.dataset.type ?? '', title, html: part.innerHTML.trim(), text: plainText(part)};
  });
}

// A part as sentences, as it is read out: numbers of points become words.
export function sentencesOf(text: string): string[] {
  const words = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
  return text.split('\n')
    .map((line) => line.replace(/^(\d+)\. /, (_, n: string) => `第${words[Number(n) - 1] ?? n}，`).replace(/^· /, ''))
    .flatMap((line) => line.match(/[^。！？；]+[。！？；]*/g) ?? [])
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}
