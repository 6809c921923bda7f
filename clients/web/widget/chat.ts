// <kb-chat>: questions and approved answers, as a dialog behind a button or, with mode="page", as part of the page.
//
// Attributes: endpoint, region, lang, channel, mode, heading, hotline, examples ("…|…"), size ("elder"), theme. Those that
// are absent come from the data-* of the script tag. Methods: show(question?), hide(), setElder(on).

import {html, nothing, type TemplateResult} from 'lit/html.js';

import tokens from '../design/tokens.css?inline';
import {Aftercare, copyText, type Found} from './aftercare';
import {Conversation} from './conversation';
import {Format} from './format';
import {composerView, headView, lookUpView, settingsView, startView} from './frame_view';
import * as icons from './icons';
import {choices, type Choices, rememberChoices, rememberTab, tabMemory} from './memory';
import {Regions} from './regions';
import {Service} from './service';
import {Speech} from './speech';
import {TemplateElement} from './template_element';
import {isTheme, type Theme} from './themes';
import {languageOf, type Tag, tagOf, type Texts} from './texts';
import type {Turn} from './turn';
import {turnView} from './turn_view';
import {Typeahead} from './typeahead';
import type {Fault, HotQuestion} from './types';
import style from './widget.css?inline';

export interface Defaults {
  folder: string; // where the script came from, with a slash at its end
  data: DOMStringMap;
}

const QUESTION_MAX = 1000;
// A tab that nobody sees gives its connection back: browsers have six for all tabs of a site.
const SLEEP_MS = 60_000;

export class KbChat extends TemplateElement {
  static defaults: Defaults = {folder: '', data: {}};

  service!: Service;
  conversation!: Conversation;
  aftercare!: Aftercare;
  readonly regions = new Regions();
  readonly speech = new Speech(() => this.requestUpdate());
  readonly typeahead = new Typeahead(this);

  page = false;
  tag: Tag = 'zh-CN';
  texts: Texts = languageOf('zh-CN').texts;
  format = new Format('zh-CN', this.texts);
  region = '';
  theme: Theme = 'auto';
  elder = false;
  heading = '';
  hotlinePhone = '12345';
  exampleList: string[] = [];

  hot: HotQuestion[] = [];
  settingsOpen = false;
  emptyAsked = false;
  lookingUp = false;
  found: Found | 'searching' | null = null;

  private kept: Choices = choices();
  private pageTag: Tag = 'zh-CN';
  private awake = false;
  private shown = false;
  private unread = false;
  private homeRegion = '';
  private focusNext = '';
  private scrollAim: Turn | null = null;
  private renewedTurn: Turn | null = null; // its news stands where it cannot be seen
  private sleepTimer = 0;
  private readonly visibility = () => {
    clearTimeout(this.sleepTimer);
    if (document.hidden) this.sleepTimer = window.setTimeout(() => this.conversation.pause(), SLEEP_MS);
    else this.conversation.hurry();
  };
  private readonly network = () => this.conversation.network(navigator.onLine);

  constructor() {
    super(tokens, style);
  }

  connectedCallback(): void {
    if (this.conversation) this.conversation.resume();
    else this.begin();
    this.requestUpdate();
    window.addEventListener('online', this.network);
    window.addEventListener('offline', this.network);
    document.addEventListener('visibilitychange', this.visibility);
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.visibility);
    window.removeEventListener('online', this.network);
    window.removeEventListener('offline', this.network);
    this.conversation.stop();
    this.speech.stop();
  }

  get turns(): Turn[] {
    return this.conversation.turns;
  }

  get input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('#question');
  }

  regionName(code: string): string {
    return this.regions.name(code, this.tag, this.texts);
  }

  withRegionNames(sentence: string): string {
    return this.regions.named(sentence, this.tag, this.texts);
  }

  // Opens the dialog, and asks `question` when one is given.
  show(question = ''): void {
    this.wake();
    this.shown = true;
    this.unread = false;
    this.focusNext = 'question';
    this.scrollAim = this.turns.at(-1) ?? null;
    if (question) this.ask(question);
    this.keepTab();
    this.requestUpdate();
  }

  hide(): void {
    this.shown = false;
    this.typeahead.close();
    this.speech.stop();
    this.focusNext = 'launch';
    this.keepTab();
    this.requestUpdate();
  }

  ask(question: string): void {
    const words = question.trim().slice(0, QUESTION_MAX);
    this.emptyAsked = words === '';
    if (words) this.began(this.conversation.ask(words));
    else this.focusNext = 'question';
    this.requestUpdate();
  }

  // Opens what a list offered.
  choose(entry: string, question: string): void {
    const turn = this.conversation.open(entry, question);
    this.chosen.add(turn);
    this.began(turn);
  }

  take(option: {entry: string; text: string}): void {
    if (this.input) this.input.value = '';
    this.choose(option.entry, option.text);
  }

  submit(event: Event): void {
    event.preventDefault();
    const input = this.input;
    this.typeahead.close();
    this.ask(input?.value ?? '');
    if (input && !this.emptyAsked) input.value = '';
  }

  retry(turn: Turn): void {
    this.conversation.retry(turn);
    this.focusOn(turn.id);
  }

  restart(): void {
    this.speech.stop();
    this.conversation.clear();
    this.renewedTurn = null;
    this.settingsOpen = false;
    this.focusNext = 'question';
    this.keepTab();
    void this.loadHot();
    this.requestUpdate();
  }

  toggle(turn: Turn): void {
    turn.expanded = !turn.expanded;
    this.requestUpdate();
  }

  openReport(turn: Turn, fault: Fault): void {
    this.aftercare.beginReport(turn, fault);
    this.focusNext = `${turn.id}-report-title`;
  }

  closePanel(turn: Turn): void {
    turn.panel = '';
    this.focusNext = turn.id;
    this.requestUpdate();
  }

  // Not the answer's fault: the person asks anew or calls.
  notMine(turn: Turn): void {
    turn.panel = '';
    turn.note = this.texts.notMineMore;
    this.focusNext = 'question';
    this.requestUpdate();
  }

  async takeReceipt(turn: Turn): Promise<void> {
    await this.aftercare.takeReceipt(turn);
    if (turn.receiptCode) this.focusOn(`${turn.id}-receipt`);
  }

  async report(turn: Turn, words: string): Promise<void> {
    await this.aftercare.report(turn, words);
    if (turn.correction) this.focusOn(`${turn.id}-reported`);
  }

  // To the hotline, from below everything: after the newest answer.
  handOver(): void {
    const turn = this.turns.findLast((one) => one.state === 'answered');
    if (turn) this.aftercare.count(turn, 'HANDED_OVER');
  }

  rate(turn: Turn, verdict: 'USEFUL' | 'USELESS'): void {
    void this.aftercare.rate(turn, verdict);
    void this.updateComplete.then(() => this.reveal(this.renderRoot.querySelector(`#${turn.id}-more`)));
  }

  readAloud(turn: Turn): void {
    if (this.speech.reading === turn) return this.speech.stop();
    const brief = this.elder && !turn.expanded;
    const words = `${turn.answer?.question ?? turn.question}\n${brief ? turn.conclusion : turn.text.innerText}`;
    this.speech.read(turn, words, this.tag);
  }

  async copy(turn: Turn, what: string, text: string): Promise<void> {
    const focused = this.renderRoot.activeElement;
    await copyText(text, this.renderRoot);
    if (focused instanceof HTMLElement) focused.focus();
    turn.copied = what;
    this.requestUpdate();
  }

  toggleSettings(): void {
    this.settingsOpen = !this.settingsOpen;
    this.requestUpdate();
  }

  showLookUp(on: boolean): void {
    this.lookingUp = on;
    this.found = null;
    this.settingsOpen = false;
    this.focusNext = on ? 'look-up-title' : 'question';
    this.requestUpdate();
  }

  async find(code: string): Promise<void> {
    if (!code) return;
    this.found = 'searching';
    this.requestUpdate();
    this.found = await this.aftercare.find(code);
    this.focusOn('found');
  }

  setElder(on: boolean): void {
    this.elder = on;
    this.dispatchEvent(new CustomEvent('kb-elder', {detail: on, bubbles: true, composed: true}));
    this.keep({elder: on});
  }

  setTheme(name: string): void {
    this.theme = isTheme(name) ? name : 'auto';
    this.keep({theme: this.theme});
  }

  setTag(tag: string): void {
    this.useTag(tagOf(tag));
    this.conversation.again('all');
    this.keep({tag: this.tag, tagOn: this.pageTag});
  }

  setRegion(code: string): void {
    this.region = code;
    this.conversation.again('last');
    void this.loadHot();
    this.keep({region: code});
  }

  protected override template(): TemplateResult {
    const {texts, renewedTurn: renewed} = this;
    const panel = html`<div class="panel" lang=${this.tag}>
      ${headView(this)} ${settingsView(this)}
      <p class="banner" role="status">${this.conversation.offline ? texts.offlineBanner : ''}</p>
      ${renewed ? html`<button type="button" class="banner" @click=${() => this.showRenewed(renewed)}>${
        texts[renewed.news ?? 'updated']} · ${texts.see}</button>` : nothing}
      ${this.lookingUp ? lookUpView(this) : html`
        <div class="log" role="log" aria-label=${texts.log} tabindex=${this.page ? nothing : 0}>
          ${this.turns.length === 0 ? startView(this) : this.turns.map((turn) => turnView(this, turn))}
        </div>
        ${composerView(this)}`}
    </div>`;
    if (this.page) return html`<section class="page" aria-labelledby="title">${panel}</section>`;
    const label = this.unread ? `${texts.launch} · ${texts.launchNews}` : texts.launch;
    return html`
      <button type="button" id="launch" class="launch" aria-haspopup="dialog" aria-label=${label} lang=${this.tag}
        @click=${() => this.show()}>${icons.CHAT}<span>${texts.launch}</span>${this.unread
          ? html`<span class="badge" aria-hidden="true"></span>` : nothing}</button>
      <dialog aria-labelledby="title" @cancel=${(event: Event) => this.cancelled(event)} @close=${(event: Event) => this.closed(event)}
        @keydown=${(event: KeyboardEvent) => this.keepFocusInside(event)}>${this.shown ? panel : nothing}</dialog>`;
  }

  protected override updated(): void {
    this.dataset.theme = this.theme;
    if (this.theme === 'auto') delete this.dataset.theme;
    if (this.elder) this.dataset.size = 'elder';
    else delete this.dataset.size;
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && this.shown !== dialog.open) {
      if (this.shown) dialog.showModal();
      else dialog.close();
    }
    if (this.scrollAim) this.scrollToTurn(this.scrollAim);
    this.scrollAim = null;
    if (!this.focusNext) return;
    const next = this.renderRoot.querySelector<HTMLElement>(`#${this.focusNext}`);
    this.focusNext = '';
    next?.focus();
    if (next?.parentElement?.matches('.card')) this.reveal(next.parentElement);
  }

  private readonly chosen = new WeakSet<Turn>();

  private begin(): void {
    const {data, folder} = KbChat.defaults;
    const setting = (name: string): string => this.getAttribute(name) ?? data[name] ?? '';
    const {kept} = this;
    this.page = setting('mode') === 'page';
    this.heading = setting('heading');
    this.hotlinePhone = setting('hotline') || this.hotlinePhone;
    this.exampleList = setting('examples').split('|').map((words) => words.trim()).filter(Boolean);
    this.homeRegion = setting('region');
    this.region = kept.region ?? this.homeRegion;
    this.elder = kept.elder ?? setting('size') === 'elder';
    const theme = kept.theme ?? setting('theme');
    this.theme = isTheme(theme) ? theme : 'auto';
    this.pageTag = tagOf(setting('lang') || document.documentElement.lang);
    // A language chosen on the pages of another language is not meant for these.
    this.useTag(kept.tagOn === this.pageTag ? tagOf(kept.tag) : this.pageTag);
    const origin = folder ? new URL(folder).origin : location.origin;
    this.service = new Service((setting('endpoint') || origin).replace(/\/+$/, ''), setting('channel') || 'WEB');
    this.aftercare = new Aftercare(this.service, () => this.texts, () => this.requestUpdate());
    this.conversation = new Conversation(
      this.service, () => ({region: this.region, language: languageOf(this.tag).language}), {
        changed: () => this.requestUpdate(),
        settled: (turn) => this.settled(turn),
        renewed: (turn) => this.renewed(turn),
      });
    const {open} = tabMemory();
    if (open && !this.page) this.shown = true;
    if (this.page || this.shown) this.wake();
  }

  // The first time that somebody looks: a page that only shows the button asks the gateway for nothing.
  private wake(): void {
    if (this.awake) return;
    this.awake = true;
    const {turns} = tabMemory();
    if (turns.length > 0) this.conversation.restore(turns);
    const {folder} = KbChat.defaults;
    void this.regions.load(folder || `${this.service.endpoint}/widget/`, this.homeRegion).then(() => this.requestUpdate());
    void this.loadHot();
  }

  // After the next rendering: what was pressed may be gone with it.
  private focusOn(id: string): void {
    this.focusNext = id;
    this.requestUpdate();
  }

  private async loadHot(): Promise<void> {
    try {
      this.hot = await this.service.hotQuestions(this.region);
    } catch {
      this.hot = []; // examples stand in for them
    }
    this.requestUpdate();
  }

  private useTag(tag: Tag): void {
    this.tag = tag;
    this.texts = languageOf(tag).texts;
    this.format = new Format(tag, this.texts);
  }

  // What the person chose, and only that: the rest stays as the page says.
  private keep(chosen: Choices): void {
    this.kept = {...this.kept, ...chosen};
    rememberChoices(this.kept);
    this.requestUpdate();
  }

  private keepTab(): void {
    rememberTab({open: this.shown, turns: this.conversation.remembered});
  }

  private began(turn: Turn): void {
    this.lookingUp = false;
    this.settingsOpen = false;
    this.renewedTurn = null;
    this.scrollAim = turn;
    this.keepTab();
    // What was pressed may be gone with the list that it stood in.
    void this.updateComplete.then(() => {
      if (!this.renderRoot.activeElement) this.renderRoot.querySelector<HTMLElement>(`#${turn.id}`)?.focus();
    });
  }

  private settled(turn: Turn): void {
    this.scrollAim = this.turns.at(-1) === turn ? turn : null;
    if (this.chosen.delete(turn) && turn.state === 'answered') this.aftercare.count(turn, 'CHOSEN');
    this.keepTab();
  }

  private renewed(turn: Turn): void {
    if (this.speech.reading === turn) this.speech.stop();
    this.unread = !this.page && !this.shown;
    void this.updateComplete.then(() => {
      if (this.unread || !this.canSee(turn)) this.renewedTurn = turn;
      this.requestUpdate();
    });
  }

  private reveal(card: Element | null): void {
    card?.scrollIntoView({block: 'nearest'});
  }

  private canSee(turn: Turn): boolean {
    const log = this.renderRoot.querySelector('.log')?.getBoundingClientRect();
    const line = this.renderRoot.querySelector(`#${turn.id}`)?.getBoundingClientRect();
    return !log || !line || (line.top >= Math.max(log.top, 0) && line.bottom <= Math.min(log.bottom, innerHeight));
  }

  private showRenewed(turn: Turn): void {
    this.renewedTurn = null;
    this.scrollAim = turn;
    this.focusOn(turn.id);
  }

  // The question's line at the top of what can be seen.
  private scrollToTurn(turn: Turn): void {
    const article = this.renderRoot.querySelector(`#${turn.id}`)?.parentElement;
    const log = this.renderRoot.querySelector('.log');
    if (!article || !log) return;
    if (this.page) {
      if (this.turns.length > 1) article.scrollIntoView({block: 'start'});
    } else {
      log.scrollTop += article.getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
    }
  }

  private cancelled(event: Event): void {
    event.preventDefault();
    this.hide();
  }

  // The browser may close it without asking; it may also tell so late, when it is open again.
  private closed(event: Event): void {
    if (this.shown && !(event.target as HTMLDialogElement).open) this.hide();
  }

  // The dialog is modal; this keeps Tab from leaving for the browser's own controls at its ends.
  private keepFocusInside(event: KeyboardEvent): void {
    if (event.key !== 'Tab') return;
    const able = [...this.renderRoot.querySelectorAll<HTMLElement>(
      'dialog :is(a[href], button, input, select, textarea, summary, [tabindex="0"])')]
      .filter((one) => !one.matches(':disabled') && one.checkVisibility({visibilityProperty: true}));
    const [first, last] = [able[0], able.at(-1)];
    const from = this.renderRoot.activeElement;
    const [edge, other] = event.shiftKey ? [first, last] : [last, first];
    if (from !== edge) return;
    event.preventDefault();
    other?.focus();
  }
}
