// Suggestions while typing: the combobox pattern of WAI-ARIA with a list below. Focus stays in the input; arrow keys move
// through the list, Enter takes, Escape closes.

import {suggest} from './api.js';
import {element} from './dom.js';

const WAIT_MS = 180;
const CHARACTERS_MIN = 1;
const CHARACTERS_MAX = 100;

export class Suggestions {
  #input;
  #list;
  #region;
  #choose;
  #active = -1;
  #timer = 0;
  #request = null;

  // `region` gives the code chosen; `choose` gets the text taken.
  constructor(input, list, region, choose) {
    this.#input = input;
    this.#list = list;
    this.#region = region;
    this.#choose = choose;
    input.addEventListener('input', (event) => event.isComposing || this.#later());
    input.addEventListener('compositionend', () => this.#later());
    input.addEventListener('keydown', (event) => this.#key(event));
    input.addEventListener('blur', () => this.close());
    // Before the blur that a click causes.
    list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const option = event.target.closest('[role=option]');
      if (option) this.#take(option);
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#active = -1;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.removeAttribute('aria-activedescendant');
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), WAIT_MS);
  }

  async #load() {
    const text = this.#input.value.trim();
    this.#request?.abort();
    const length = [...text].length;
    if (length < CHARACTERS_MIN || length > CHARACTERS_MAX) return this.close();
    const request = (this.#request = new AbortController());
    try {
      const reply = await suggest(text, this.#region(), request.signal);
      if (!request.signal.aborted && document.activeElement === this.#input) this.#show(reply.suggestions ?? []);
    } catch {
      if (!request.signal.aborted) this.close();  // a convenience: asking works without it
    }
  }

  #show(suggestions) {
    if (suggestions.length === 0) return this.close();
    this.#active = -1;
    this.#input.removeAttribute('aria-activedescendant');
    this.#list.replaceChildren(...suggestions.map((suggestion, index) =>
      element('li', {id: `suggestion-${index}`, role: 'option', 'aria-selected': 'false'}, suggestion.text)));
    this.#list.hidden = false;
    this.#input.setAttribute('aria-expanded', 'true');
  }

  #key(event) {
    const options = this.#list.children;
    if (event.isComposing || options.length === 0) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) {
      event.preventDefault();
      const places = options.length + 1;  // one of them is the input itself
      this.#activate((this.#active + 1 + step + places) % places - 1);
    } else if (event.key === 'Enter' && this.#active >= 0) {
      event.preventDefault();
      this.#take(options[this.#active]);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.close();
    }
  }

  #activate(index) {
    this.#active = index;
    for (const [place, option] of [...this.#list.children].entries()) {
      option.setAttribute('aria-selected', String(place === index));
      if (place === index) option.scrollIntoView({block: 'nearest'});
    }
    if (index >= 0) this.#input.setAttribute('aria-activedescendant', `suggestion-${index}`);
    else this.#input.removeAttribute('aria-activedescendant');
  }

  #take(option) {
    const text = option.textContent;
    this.close();
    this.#choose(text);
  }
}
