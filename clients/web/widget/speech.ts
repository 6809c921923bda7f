// Reads aloud with the device's own voices. There may be none: then it is said so, not tried.

const PIECE_MAX = 160; // some voices stop in the middle of a long text

function pieces(text: string): string[] {
  const sentences = text.match(/[^。！？；.!?\n]+[。！？；.!?\n]*/g) ?? [];
  const found: string[] = [];
  for (const sentence of sentences) {
    const last = found.at(-1);
    if (last !== undefined && last.length + sentence.length <= PIECE_MAX) found[found.length - 1] = last + sentence;
    else found.push(sentence);
  }
  return found;
}

export class Speech {
  // What is being read, for the button that stops it.
  reading: object | null = null;

  constructor(private readonly changed: () => void) {
    this.synthesis?.addEventListener?.('voiceschanged', changed);
  }

  private get synthesis(): SpeechSynthesis | undefined {
    return 'speechSynthesis' in window ? window.speechSynthesis : undefined;
  }

  private voice(tag: string): SpeechSynthesisVoice | undefined {
    const voices = this.synthesis?.getVoices() ?? [];
    const same = (voice: SpeechSynthesisVoice) => voice.lang.replace('_', '-').toLowerCase();
    return voices.find((voice) => same(voice) === tag.toLowerCase()) ??
      voices.find((voice) => same(voice).startsWith(tag.slice(0, 2)));
  }

  can(tag: string): boolean {
    return this.voice(tag) !== undefined;
  }

  read(what: object, text: string, tag: string): void {
    const voice = this.voice(tag);
    if (!voice || !this.synthesis) return;
    this.stop();
    this.reading = what;
    const parts = pieces(text);
    parts.forEach((part, index) => {
      const said = new SpeechSynthesisUtterance(part);
      said.voice = voice;
      said.lang = voice.lang;
      said.rate = 0.9;
      const over = () => {
        if (this.reading !== what) return;
        this.reading = null;
        this.changed();
      };
      if (index === parts.length - 1) said.onend = over;
      said.onerror = over;
      this.synthesis?.speak(said);
    });
    this.changed();
  }

  stop(): void {
    if (!this.reading) return;
    this.reading = null;
    this.synthesis?.cancel();
    this.changed();
  }
}
