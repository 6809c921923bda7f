// Takes over the service's HTML. The service has cleaned it; this is the second lock: a copy with known elements only, and of
// their attributes none but the address of a link. Nothing of the text parsed ever becomes part of the page.

const KEPT = new Set([
  'A', 'B', 'BLOCKQUOTE', 'BR', 'CODE', 'DEL', 'EM', 'HR', 'LI', 'OL', 'P', 'PRE', 'STRONG', 'TABLE', 'TBODY', 'TD',
  'TH', 'THEAD', 'TR', 'UL',
]);
// Their content is not text for people.
const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'IFRAME', 'OBJECT', 'SVG', 'MATH', 'TITLE', 'SELECT']);
const LINK = /^(https?:\/\/|tel:[0-9+*#,;-]+$)/i;
const SHOWN_TYPES = /^[A-Z_]{1,30}$/;
const DEPTH_MAX = 40;

// The answer's own headings stand below the question's, which is an h3.
const HEADING = /^H[1-6]$/;

export function isWebLink(address: string | undefined): boolean {
  return /^https?:\/\//i.test(address ?? '');
}

function copyOf(element: Element): HTMLElement | null {
  const name = element.tagName.toUpperCase();
  if (HEADING.test(name)) return document.createElement('h4');
  if (name === 'SECTION') {
    const section = document.createElement('section');
    const type = element.getAttribute('data-type') ?? '';
    if (SHOWN_TYPES.test(type)) section.dataset.type = type;
    return section;
  }
  if (!KEPT.has(name)) return null;
  const copy = document.createElement(name.toLowerCase());
  const address = (element.getAttribute('href') ?? '').trim();
  if (copy instanceof HTMLAnchorElement && LINK.test(address)) {
    copy.href = address;
    if (isWebLink(address)) {
      copy.rel = 'noopener noreferrer external';
      copy.target = '_blank';
    }
  }
  return copy;
}

function copyInto(target: Node, source: Node, depth: number): void {
  if (depth > DEPTH_MAX) return;
  for (const child of source.childNodes) {
    if (child instanceof Text) {
      target.appendChild(document.createTextNode(child.data));
    } else if (child instanceof Element && !DROPPED.has(child.tagName.toUpperCase())) {
      const copy = copyOf(child);
      copyInto(copy ?? target, child, depth + 1);
      if (copy) target.appendChild(copy);
    }
  }
}

export function fromServiceHtml(html: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  copyInto(fragment, new DOMParser().parseFromString(html, 'text/html').body, 0);
  return fragment;
}
