// What stands around the log: head, settings, greeting, look-up, composer.

import {html, nothing, type TemplateResult} from 'lit/html.js';

import type {KbChat} from './chat';
import {inFours, telephone} from './format';
import * as icons from './icons';
import {LANGUAGES} from './texts';
import {THEMES} from './themes';

const HOT_ENOUGH = 3; // fewer, and the examples are offered as well

const valueOf = (event: Event): string => (event.target as HTMLSelectElement).value;

export function headView(chat: KbChat): TemplateResult {
  const {texts} = chat;
  return html`<div class="head">
    <h2 id="title">${chat.heading || texts.title}</h2>
    <button type="button" class="head-button" aria-pressed=${String(chat.elder)} @click=${() => chat.setElder(!chat.elder)}
      >${texts.elder}</button>
    <button type="button" class="head-button icon-only" aria-expanded=${String(chat.settingsOpen)} aria-controls="settings"
      aria-label=${texts.settings} @click=${() => chat.toggleSettings()}>${icons.SETTINGS}</button>
    ${chat.page ? nothing : html`<button type="button" class="head-button icon-only" aria-label=${texts.close}
      @click=${() => chat.hide()}>${icons.CLOSE}</button>`}
  </div>`;
}

export function settingsView(chat: KbChat): TemplateResult {
  const {texts} = chat;
  return html`<section id="settings" class="settings" aria-label=${texts.settings} ?hidden=${!chat.settingsOpen}>
    <div class="field"><label for="language">${texts.language}</label>
      <select id="language" .value=${chat.tag} @change=${(event: Event) => chat.setTag(valueOf(event))}>
        ${LANGUAGES.map(({tag, name}) => html`<option value=${tag} lang=${tag} ?selected=${tag === chat.tag}>${name}</option>`)}
      </select></div>
    <div class="field"><label for="theme">${texts.theme}</label>
      <select id="theme" .value=${chat.theme} @change=${(event: Event) => chat.setTheme(valueOf(event))}>
        ${THEMES.map((theme) => html`<option value=${theme} ?selected=${theme === chat.theme}>${{
          auto: texts.themeAuto, light: texts.themeLight, dark: texts.themeDark, contrast: texts.themeContrast}[theme]}</option>`)}
      </select></div>
    <div class="row">
      <button type="button" class="plain" @click=${() => chat.showLookUp(true)}>${texts.lookUp}</button>
      <button type="button" class="plain" ?disabled=${chat.turns.length === 0} @click=${() => chat.restart()}
        >${texts.restart}</button>
    </div>
  </section>`;
}

function offersView(title: string, offers: TemplateResult[]): TemplateResult | typeof nothing {
  return offers.length > 0 ? html`<h3 class="small">${title}</h3><ul class="hot">${offers}</ul>` : nothing;
}

const offer = (words: string, take: () => void): TemplateResult =>
  html`<li><button type="button" class="choice" @click=${take}>${words}</button></li>`;

export function startView(chat: KbChat): TemplateResult {
  const {texts, hot} = chat;
  const few = hot.length < HOT_ENOUGH;
  return html`<section class="start">
    <h3>${texts.greeting}</h3>
    <p>${texts.greetingMore}</p>
    ${offersView(texts.hot, hot.map(({entry, question = ''}) => offer(question, () => chat.choose(entry, question))))}
    ${offersView(texts.examples, few ? chat.exampleList.map((words) => offer(words, () => chat.ask(words))) : [])}
  </section>`;
}

function foundView(chat: KbChat): TemplateResult {
  const {texts, format} = chat;
  const {receipt, correction, message} = chat.found ?? {};
  if (message) return html`<p class="notice bad" role="alert">${message}</p>`;
  if (receipt) {
    const {said, standing} = receipt;
    const entry = receipt.receipt?.entry ?? '';
    return html`<div class="card"><h4 tabindex="-1" id="found">${texts.receiptFound} ${inFours(receipt.code ?? '')}</h4>
      ${receipt.receipt?.giveTime ? html`<p class="hint">${texts.saidAt(format.moment(receipt.receipt.giveTime))}</p>` : nothing}
      ${standing ? html`<p class="notice ${standing === 'CURRENT' ? 'good' : standing === 'RECALLED' ? 'bad' : 'warn'}"
        >${texts.standing[standing]}</p>` : nothing}
      ${said && receipt.verified ? html`<p><strong>${said.question}</strong></p><p class="said">${standing === 'RECALLED'
        ? html`<del>${said.text}</del>` : said.text}</p><p class="hint">${said.owner}</p>` : nothing}
      ${entry && standing !== 'RECALLED' && standing !== 'WITHDRAWN' && said?.question
        ? html`<button type="button" class="plain" @click=${() => chat.choose(entry, said.question ?? '')}
            >${texts.askAgain}</button>` : nothing}</div>`;
  }
  if (correction) {
    return html`<div class="card"><h4 tabindex="-1" id="found">${texts.correctionFound} ${inFours(correction.code ?? '')}</h4>
      <p><strong>${texts.correctionState[correction.state ?? 'OPEN']}</strong></p>
      ${correction.reply ? html`<p class="said">${correction.reply}</p>` : nothing}
      <p class="hint">${correction.createTime ? texts.reportedAt(format.day(correction.createTime)) : nothing}
        ${correction.dueTime && correction.state === 'OPEN' ? html` · ${texts.due(format.day(correction.dueTime))}` : nothing}</p>
    </div>`;
  }
  return html``;
}

export function lookUpView(chat: KbChat): TemplateResult {
  const {texts} = chat;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const code = new FormData(event.currentTarget as HTMLFormElement).get('code');
    void chat.find(typeof code === 'string' ? code.trim() : '');
  };
  return html`<section class="look-up" aria-labelledby="look-up-title">
    <h3 id="look-up-title" tabindex="-1">${texts.lookUpTitle}</h3>
    <form @submit=${submit}>
      <label for="code">${texts.code}</label>
      <input id="code" name="code" inputmode="numeric" autocomplete="off" maxlength="40" required aria-describedby="code-hint">
      <p class="hint" id="code-hint">${texts.lookUpHint}</p>
      <div class="row"><button type="submit" class="primary">${texts.find}</button>
        <button type="button" class="plain" @click=${() => chat.showLookUp(false)}>${texts.back}</button></div>
    </form>
    ${foundView(chat)}
  </section>`;
}

export function composerView(chat: KbChat): TemplateResult {
  const {texts, typeahead} = chat;
  const {active, options} = typeahead;
  return html`<form class="composer" autocomplete="off" novalidate @submit=${(event: Event) => chat.submit(event)}>
    <div class="ask">
      <label for="question" class="off-screen">${texts.question}</label>
      <ul id="suggestions" role="listbox" aria-label=${texts.suggestions} ?hidden=${options.length === 0}
        @pointerdown=${(event: Event) => event.preventDefault()}>
        ${options.map((option, index) => html`<li id="suggestion-${index}" role="option" aria-selected=${String(index === active)}
          @click=${() => typeahead.take(index)}>${option.text}</li>`)}
      </ul>
      <input id="question" type="text" maxlength="1000" enterkeyhint="send" spellcheck="false" role="combobox"
        placeholder=${texts.placeholder} aria-autocomplete="list" aria-controls="suggestions"
        aria-expanded=${String(options.length > 0)} aria-activedescendant=${active >= 0 ? `suggestion-${active}` : nothing}
        aria-describedby="privacy ask-error" aria-invalid=${String(chat.emptyAsked)}
        @input=${(event: InputEvent) => typeahead.typed(event)} @compositionend=${() => typeahead.typed()}
        @keydown=${(event: KeyboardEvent) => typeahead.key(event)} @blur=${() => typeahead.close()}>
      <button type="submit" class="primary icon-only" aria-label=${texts.send}>${icons.SEND}</button>
    </div>
    <p class="error" id="ask-error" role="alert">${chat.emptyAsked ? texts.empty : ''}</p>
    <p class="off-screen" role="status">${options.length > 0 ? texts.suggestionCount(options.length) : ''}</p>
    <p class="hint" id="privacy">${texts.privacy}</p>
    <div class="foot">
      ${chat.regions.choices.length > 0 ? html`<label class="place" for="region">${icons.PLACE}<span
          class="off-screen">${texts.region}</span></label>
        <select id="region" .value=${chat.region} @change=${(event: Event) => chat.setRegion(valueOf(event))}>
          <option value="">${texts.anyRegion}</option>
          ${chat.regions.choices.map((code) => html`<option value=${code} ?selected=${code === chat.region}
            >${chat.regionName(code)}</option>`)}
        </select>` : nothing}
      <a class="hotline" href=${telephone(chat.hotlinePhone)} aria-label="${texts.hotline} ${chat.hotlinePhone}"
        @click=${() => chat.handOver()}>${icons.PHONE}<span>${texts.hotline}</span>
        <strong>${chat.hotlinePhone}</strong></a>
    </div>
  </form>`;
}
