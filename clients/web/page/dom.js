// Making elements, and taking over the service's HTML.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'class') made.className = value;
    else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

const KEPT = new Set(['A', 'B', 'BLOCKQUOTE', 'BR', 'CODE', 'DEL', 'EM', 'H3', 'H4', 'HR', 'LI', 'OL', 'P', 'PRE',
                      'SECTION', 'STRONG', 'TABLE', 'TBODY', 'TD', 'TH', 'THEAD', 'TR', 'UL']);
const LINKS = /^(https?:|tel:)/i;

// A copy of `node`'s children with known elements only. The service has cleaned its HTML; this is the second lock.
function copyInto(target, node) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      target.append(child.data);
    } else if (child.nodeType === Node.ELEMENT_NODE && KEPT.has(child.tagName)) {
      const copy = document.createElement(child.tagName);
      const link = child.getAttribute('href') ?? '';
      if (child.tagName === 'A' && LINKS.test(link)) {
        copy.href = link;
        if (!link.toLowerCase().startsWith('tel:')) copy.rel = 'noopener noreferrer external';
      }
      if (child.tagName === 'SECTION') copy.dataset.type = child.dataset.type ?? '';
      copyInto(copy, child);
      target.append(copy);
    }
  }
}

export function fromServiceHtml(html) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const body = element('div', {class: 'answer-text'});
  copyInto(body, parsed.body);
  return body;
}

export const phoneLink = (phone) => element('a', {class: 'phone', href: `tel:${phone.replace(/[^0-9+]/g, '')}`}, phone);
