// Suggestions while typing: the combobox pattern of WAI-ARIA. Focus stays in the input; arrow keys move through the list,
// Enter takes, Escape closes.

import type {Service} from './service';

const WAIT_MS = 150;
const CHARACTERS_MAX = 100;

export interface Option {
  entry: string;
  text: string;
}

export interface Asker {
  readonly service: Service;
  readonly region: string;
  readonly input: HTMLInputElement | null;
  requestUpdate(): void;
  take(option: Option): void;
}

export class Typeahead {
  options: Option[] = [];
  active = -1;
  private timer = 0;
  private request: AbortController | null = null;

  constructor(private readonly asker: Asker) {}

  typed(event?: InputEvent): void {
    if (event?.isComposing) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), WAIT_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    this.request?.abort();
    this.show([]);
  }

  take(index: number): void {
    const option = this.options[index];
    this.close();
    if (option) this.asker.take(option);
  }

  key(event: KeyboardEvent): void {
    if (event.isComposing || this.options.length === 0) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) {
      const places = this.options.length + 1; // one of them is the input itself
      this.active = ((this.active + 1 + step + places) % places) - 1;
      this.asker.requestUpdate();
    } else if (event.key === 'Enter' && this.active >= 0) {
      this.take(this.active);
    } else if (event.key === 'Escape') {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private async load(): Promise<void> {
    const text = this.asker.input?.value.trim() ?? '';
    this.request?.abort();
    const length = [...text].length;
    if (length === 0 || length > CHARACTERS_MAX) return this.show([]);
    const request = new AbortController();
    this.request = request;
    try {
      const found = await this.asker.service.suggest(text, this.asker.region, request.signal);
      if (request.signal.aborted) return;
      this.show(found.flatMap(({entry, text: words}) => (words ? [{entry, text: words}] : [])));
    } catch {
      if (!request.signal.aborted) this.show([]); // a convenience: asking works without it
    }
  }

  private show(options: Option[]): void {
    if (options.length === 0 && this.options.length === 0) return;
    this.options = options;
    this.active = -1;
    this.asker.requestUpdate();
  }
}
