// The parts of a ZIP archive, inflated by the browser when they are asked for.
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;
const END_BYTES = 22;
const COMMENT_MAX = 65_535;
const INFLATED_MAX = 256 << 20;

interface Entry {
  method: number;
  packed: number;
  offset: number;
}

export class ZipFile {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #entries = new Map<string, Entry>();
  #inflated = 0;

  // Throws when it is no archive.
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = this.#findEnd();
    let at = this.#view.getUint32(end + 16, true);
    const names = new TextDecoder();
    for (let i = this.#view.getUint16(end + 10, true); i > 0; --i) {
      if (this.#view.getUint32(at, true) !== ENTRY) throw new RangeError('a directory of an archive is broken');
      const nameBytes = this.#view.getUint16(at + 28, true);
      this.#entries.set(names.decode(bytes.subarray(at + 46, at + 46 + nameBytes)), {
        method: this.#view.getUint16(at + 10, true), packed: this.#view.getUint32(at + 20, true), offset: this.#view.getUint32(at + 42, true)});
      at += 46 + nameBytes + this.#view.getUint16(at + 30, true) + this.#view.getUint16(at + 32, true);
    }
  }

  #findEnd(): number {
    const last = this.#bytes.length - END_BYTES;
    for (let at = last; at >= Math.max(0, last - COMMENT_MAX); --at) {
      if (this.#view.getUint32(at, true) === END) return at;
    }
    throw new RangeError('not an archive');
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  async text(name: string): Promise<string> {
    const entry = this.#entries.get(name);
    if (!entry) throw new RangeError(`${name} is missing`);
    const begin = entry.offset + 30 + this.#view.getUint16(entry.offset + 26, true) + this.#view.getUint16(entry.offset + 28, true);
    const packed = this.#bytes.slice(begin, begin + entry.packed);
    if (entry.method === STORED) return new TextDecoder().decode(packed);
    if (entry.method !== DEFLATED) throw new RangeError('a part is packed in an unknown way');
    return this.#inflate(packed);
  }

  async #inflate(packed: Uint8Array<ArrayBuffer>): Promise<string> {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return text + decoder.decode();
      this.#inflated += value.length;
      if (this.#inflated > INFLATED_MAX) throw new RangeError('the archive is too large');
      text += decoder.decode(value, {stream: true});
    }
  }
}
