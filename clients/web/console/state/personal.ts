// Whether a text seems to have personal data: only to warn whoever types. The service masks, whatever is said here.

const KINDS: readonly [kind: 'id' | 'card' | 'phone' | 'email' | 'plate', pattern: RegExp][] = [
  ['id', /(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/],
  ['card', /(?<!\d)[3-6]\d{15,18}(?!\d)/],
  ['phone', /(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)/],
  ['email', /[\w.+-]+@[\w-]+\.[\w.-]+/],
  ['plate', /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z\d]{5,6}(?![A-Z\d])/],
];

export type PersonalKind = typeof KINDS[number][0];

export function personalKindsIn(text: string): PersonalKind[] {
  let rest = text;
  const found: PersonalKind[] = [];
  for (const [kind, pattern] of KINDS) {
    if (!pattern.test(rest)) continue;
    found.push(kind);
    rest = rest.replaceAll(new RegExp(pattern, 'g'), ' ');
  }
  return found;
}
