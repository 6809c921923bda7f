// Words with values as one block of bytes, to be searched character by character without being unpacked
// (services/text/trie.h reads it). Little-endian:
//
//   u32 magic "KJT1", u32 slots, u32 words, u32 characters of the longest word,
//   u16 code[65536]         of a character of the basic plane; 0: no word has it
//   { u32 base, u32 from }  per slot: the slot after `c` is base + code[c], and that one's `from` is this slot
//   u16 value[slots]        of the word that ends here; 0: none does

const MAGIC = 0x31544a4b;
const HEADER_BYTES = 16;
const CODES_BYTES = 2 * 65536;
const FREE = 0xffffffff;

// words: Map of string -> value within 1 and 65535; strings of the basic plane. Frequent characters get small codes, so
// that the slots of one node lie together.
export function packTrie(words) {
  const counts = new Map();
  for (const word of words.keys()) {
    for (const c of word) counts.set(c, (counts.get(c) ?? 0) + 1);
  }
  const alphabet = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([c]) => c);
  const code = new Map(alphabet.map((c, i) => [c, i + 1]));
  const entries = [...words].map(([word, value]) => ({ codes: [...word].map((c) => code.get(c)), value }));
  entries.sort((a, b) => compareCodes(a.codes, b.codes));

  const array = new Slots(alphabet.length);
  // Nodes to lay out: the range of entries that share the first `depth` codes, and the slot of that prefix.
  const stack = [{ begin: 0, end: entries.length, depth: 0, slot: 0 }];
  while (stack.length > 0) {
    let { begin, end, depth, slot } = stack.pop();
    if (entries[begin].codes.length === depth) array.value[slot] = entries[begin++].value;
    if (begin === end) continue;
    const children = [];
    for (let i = begin; i < end; ++i) {
      const c = entries[i].codes[depth];
      if (children.length === 0 || children.at(-1).code !== c) children.push({ code: c, begin: i, end: i });
      children.at(-1).end = i + 1;
    }
    const base = array.place(slot, children.map((child) => child.code));
    for (const child of children.reverse()) {
      stack.push({ begin: child.begin, end: child.end, depth: depth + 1, slot: base + child.code });
    }
  }
  return array.pack(code, entries);
}

function compareCodes(a, b) {
  for (let i = 0; i < a.length && i < b.length; ++i) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return a.length - b.length;
}

class Slots {
  constructor(alphabetSize) {
    this.alphabetSize = alphabetSize;
    this.base = new Uint32Array(1 << 22);
    this.from = new Uint32Array(1 << 22).fill(FREE);
    this.value = new Uint16Array(1 << 22);
    this.from[0] = 0;
    this.last = 0; // greatest slot in use
    this.first = 1; // slots before it are hardly ever free
  }

  // Finds room for the children of `slot` and returns their base.
  place(slot, codes) {
    let tried = 0;
    let at = Math.max(this.first, codes[0] + 1);
    for (;; ++at) {
      if (this.from[at] !== FREE) {
        ++tried;
        continue;
      }
      const base = at - codes[0];
      if (codes.every((c) => this.from[base + c] === FREE)) {
        // Where nearly everything is taken, no later search begins.
        if (tried > 0.95 * (at - this.first + 1)) this.first = at;
        this.base[slot] = base;
        for (const c of codes) {
          this.from[base + c] = slot;
          this.last = Math.max(this.last, base + c);
        }
        if (this.last + this.alphabetSize + 1 >= this.from.length) throw new Error('too many words');
        return base;
      }
    }
  }

  pack(code, entries) {
    // Room behind the last slot, so that no step leaves the array.
    const slots = this.last + this.alphabetSize + 2;
    const bytes = Buffer.alloc(HEADER_BYTES + CODES_BYTES + slots * 10);
    const longest = entries.reduce((most, entry) => Math.max(most, entry.codes.length), 0);
    [MAGIC, slots, entries.length, longest].forEach((n, i) => bytes.writeUInt32LE(n, 4 * i));
    for (const [c, n] of code) bytes.writeUInt16LE(n, HEADER_BYTES + 2 * c.charCodeAt(0));
    let at = HEADER_BYTES + CODES_BYTES;
    for (let i = 0; i < slots; ++i, at += 8) {
      bytes.writeUInt32LE(this.base[i], at);
      bytes.writeUInt32LE(this.from[i], at + 4);
    }
    for (let i = 0; i < slots; ++i, at += 2) bytes.writeUInt16LE(this.value[i], at);
    return bytes;
  }
}
