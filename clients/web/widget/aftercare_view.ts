// Below an answer: read aloud, receipt, report, and whether it helped.

import {html, nothing, type TemplateResult} from 'lit/html.js';

import type {KbChat} from './chat';
import {phoneLink} from './answer_view';
import {inFours} from './format';
import * as icons from './icons';
import type {Turn} from './turn';
import {FAULTS, type Fault} from './types';

export function codeView(chat: KbChat, turn: Turn, what: string, code: string): TemplateResult {
  const {texts} = chat;
  return html`<p class="code"><span>${texts.code}</span> <output>${code}</output>
    <button type="button" class="plain" @click=${() => chat.copy(turn, what, code)}
      >${turn.copied === what ? texts.copied : texts.copy}</button></p>`;
}

export function toolsView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts, speech, tag} = chat;
  const reading = speech.reading === turn;
  return html`<div class="tools" aria-live="off">
      ${speech.can(tag)
        ? html`<button type="button" class="tool" @click=${() => chat.readAloud(turn)}>${reading ? icons.STOP : icons.SPEAK}
            ${reading ? texts.stopReading : texts.readAloud}</button>`
        : chat.elder ? html`<span class="hint">${texts.noVoice}</span>` : nothing}
      ${turn.receiptCode ? nothing
        : html`<button type="button" class="tool" aria-disabled=${String(turn.busy)}
            @click=${() => chat.takeReceipt(turn)}>${icons.PROOF}${texts.receipt}</button>`}
      ${turn.correction || turn.panel === 'correct' ? nothing
        : html`<button type="button" class="tool" @click=${() => chat.openReport(turn, 'WRONG')}
            >${icons.FLAG}${texts.correct}</button>`}
    </div>
    ${turn.receiptCode ? html`<div class="card" role="group" aria-label=${texts.receipt}>
      <h4 id="${turn.id}-receipt" tabindex="-1">${texts.receipt}</h4>${codeView(chat, turn, 'receipt', turn.receiptCode)}
      <p class="hint">${texts.receiptMore}</p></div>` : nothing}`;
}

function reasonsView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts} = chat;
  return html`<div class="card" role="group" aria-label=${texts.why} id="${turn.id}-more">
    <h4>${texts.why}</h4>
    <div class="chips">
      ${FAULTS.map((fault) => html`<button type="button" class="chip" @click=${() => chat.openReport(turn, fault)}
        >${texts.faults[fault]}</button>`)}
      <button type="button" class="chip" @click=${() => chat.notMine(turn)}>${texts.notMine}</button>
    </div>
  </div>`;
}

function reportView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts} = chat;
  const {id} = turn;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const words = new FormData(event.currentTarget as HTMLFormElement).get('report');
    void chat.report(turn, typeof words === 'string' ? words : '');
  };
  return html`<form class="card" aria-labelledby="${id}-report-title" @submit=${submit}>
    <h4 id="${id}-report-title" tabindex="-1">${texts.correctTitle}</h4>
    <label for="${id}-fault">${texts.fault}</label>
    <select id="${id}-fault" @change=${(event: Event) => {
      turn.fault = (event.target as HTMLSelectElement).value as Fault;
    }}>
      ${FAULTS.map((fault) => html`<option value=${fault} ?selected=${fault === turn.fault}>${texts.faults[fault]}</option>`)}
    </select>
    <label for="${id}-words">${texts.report}</label>
    <textarea id="${id}-words" name="report" rows="3" maxlength="1000" aria-describedby="${id}-hint"></textarea>
    <p class="hint" id="${id}-hint">${texts.reportHint}</p>
    <div class="row">
      <button type="submit" class="primary" aria-disabled=${String(turn.busy)}>${texts.submit}</button>
      <button type="button" class="plain" @click=${() => chat.closePanel(turn)}>${texts.cancel}</button>
    </div>
  </form>`;
}

// Which of them is open decides what is shown; the words of the outcome are told to screen readers.
export function aftercareView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts, format} = chat;
  const choice = (verdict: 'USEFUL' | 'USELESS', words: string, icon: unknown) =>
    html`<button type="button" class="tool" aria-pressed=${String(turn.verdict === verdict)}
      @click=${() => chat.rate(turn, verdict)}>${icon}${words}</button>`;
  const correction = turn.correction;
  return html`
    <div class="helpful" role="group" aria-label=${texts.helpful} aria-live="off">
      <span>${texts.helpful}</span>
      ${choice('USEFUL', texts.useful, icons.UP)}${choice('USELESS', texts.useless, icons.DOWN)}
    </div>
    ${turn.panel === 'reasons' ? reasonsView(chat, turn) : nothing}
    ${turn.panel === 'correct' ? reportView(chat, turn) : nothing}
    ${correction ? html`<div class="card good" role="group" aria-label=${texts.correct}>
      <h4 id="${turn.id}-reported" tabindex="-1">${texts.reported}</h4>
      ${codeView(chat, turn, 'correction', inFours(correction.code ?? ''))}
      ${correction.dueTime ? html`<p class="hint">${texts.due(format.day(correction.dueTime))}</p>` : nothing}</div>` : nothing}
    <p class="note" role="status">${turn.note}${turn.note === texts.notMineMore
      ? phoneLink(chat, chat.hotlinePhone, turn) : nothing}</p>`;
}
