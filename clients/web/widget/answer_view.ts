// An answer with its evidence, what happened to it, and what can be done with it.

import {html, nothing, type TemplateResult} from 'lit/html.js';

import type {KbChat} from './chat';
import {aftercareView, toolsView} from './aftercare_view';
import {telephone} from './format';
import {isWebLink} from './sanitize';
import type {Turn} from './turn';
import type {Answer, PolicyBasis} from './types';

const HASH_SHOWN = 12;
type Content = TemplateResult | string | typeof nothing;

export const phoneLink = (chat: KbChat, phone: string, turn?: Turn): TemplateResult =>
  html`<a class="phone" href=${telephone(phone)} @click=${() => turn && chat.aftercare.count(turn, 'HANDED_OVER')}
    >${phone}</a>`;

function newsView(chat: KbChat, turn: Turn): Content {
  const {texts} = chat;
  const answer = turn.answer;
  switch (turn.news) {
    case 'updated':
      return html`<div class="notice good" role="status">
          <p><strong>${texts.updated}</strong> ${texts.updatedMore(answer?.revision ?? '')}</p>
        </div>
        ${turn.oldText ? html`<p class="old"><span class="flag">${texts.outdated}</span> <del>${turn.oldText}</del></p>` : nothing}`;
    case 'held':
      return html`<div class="notice warn" role="alert"><p><strong>${texts.held}</strong> ${texts.heldMore}</p></div>`;
    case 'recalled':
    case 'expired':
      return html`<div class="notice bad" role="alert">
        <p><strong>${turn.news === 'expired' ? texts.expired : texts.recalled}</strong> ${texts.withdrawnMore}</p>
        <p>${texts.callForNewest('')}${phoneLink(chat, answer?.owner?.phone || chat.hotlinePhone, turn)}</p>
      </div>`;
    default:
      return nothing;
  }
}

const notice = (kind: string, words: string | false | undefined): Content =>
  words ? html`<p class="notice ${kind}">${words}</p>` : nothing;

function policyView(chat: KbChat, policy: PolicyBasis): TemplateResult {
  const title = `《${policy.title ?? ''}》${policy.documentNumber ? `（${policy.documentNumber}）` : ''}`;
  const status = chat.texts.policyStatus[policy.status ?? ''];
  return html`<li>${isWebLink(policy.url)
    ? html`<a href=${policy.url ?? ''} target="_blank" rel="noopener noreferrer external">${title}</a>` : title}
    ${status ? html`<strong class="flag">${status}</strong>` : nothing}</li>`;
}

const row = (term: string, content: Content): Content =>
  content && content !== nothing ? html`<div><dt>${term}</dt><dd>${content}</dd></div>` : nothing;

function evidenceView(chat: KbChat, answer: Answer, turn: Turn): TemplateResult {
  const {texts, format} = chat;
  const owner = answer.owner;
  const basis = answer.basis ?? [];
  const hash = answer.contentHash ?? '';
  const rest = html`
    ${row(texts.basis, basis.length > 0 ? html`<ul>${basis.map((policy) => policyView(chat, policy))}</ul>` : '')}
    ${row(texts.version, html`${texts.revision(answer.revision ?? '')}${
      answer.publishTime ? html` · ${texts.published(format.day(answer.publishTime))}` : nothing}`)}`;
  return html`<div class="evidence" role="group" aria-label=${texts.source}>
    <dl>
      ${row(texts.owner, owner
        ? html`${owner.displayName ?? ''} ${owner.phone ? phoneLink(chat, owner.phone, turn) : nothing}` : '')}
      ${row(texts.place, answer.region ? chat.regionName(answer.region) : '')}
      ${row(texts.validity, format.validity(answer.validity))}
      ${chat.elder ? nothing : rest}
    </dl>
    <details>
      <summary>${texts.more}</summary>
      <dl>
        ${chat.elder ? rest : nothing}
        ${row(texts.baseRevision, answer.kbRevision ?? '')}
        ${row(texts.entry, html`<code>${answer.entry.replace(/^entries\//, '')}</code>`)}
        ${row(texts.hash, hash ? html`<code title=${hash}>${hash.replace(/^sha256:/, '').slice(0, HASH_SHOWN)}…</code>
          <button type="button" class="plain" aria-label=${turn.copied === 'hash' ? texts.copied : texts.copyHash}
            @click=${() => chat.copy(turn, 'hash', hash)}>${turn.copied === 'hash' ? texts.copied : texts.copyShort}</button>` : '')}
      </dl>
    </details>
  </div>`;
}

function liveView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts, format} = chat;
  const state = turn.live === 'live' && turn.stale ? 'stale' : turn.live;
  const time = turn.asOf ? format.recent(turn.asOf) : '';
  const words = {
    connecting: texts.connecting, live: texts.live(time), stale: texts.stale, offline: texts.offline,
  }[state];
  return html`<p class="live" data-state=${state} aria-live="off"><span class="dot" aria-hidden="true"></span>${words}</p>`;
}

// In 长辈版 the conclusion comes first and alone, until the rest is asked for.
function textView(chat: KbChat, turn: Turn): TemplateResult {
  const brief = chat.elder && turn.hasMore && !turn.expanded;
  turn.text.classList.toggle('brief', brief);
  const {texts} = chat;
  return html`${turn.text}${chat.elder && turn.hasMore
    ? html`<button type="button" class="wide" aria-expanded=${String(!brief)} @click=${() => chat.toggle(turn)}
        >${brief ? texts.showAll : texts.showLess}</button>` : nothing}`;
}

export function answerView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts} = chat;
  const answer = turn.answer;
  if (!answer) return html``;
  if (turn.withdrawn) {
    return html`<div class="answer withdrawn" data-entry=${answer.entry}>${newsView(chat, turn)}</div>`;
  }
  return html`<div class="answer" data-entry=${answer.entry}>
    ${newsView(chat, turn)}
    ${answer.question && answer.question !== turn.question ? html`<p class="canonical">${answer.question}</p>` : nothing}
    ${notice('sample', answer.sample && texts.sample)}
    ${notice('warn', answer.suspect && !answer.held && texts.suspect)}
    ${notice('quiet', answer.translationMissing && texts.noTranslation)}
    ${notice('quiet', answer.regionNote && chat.withRegionNames(answer.regionNote))}
    ${textView(chat, turn)}
    ${liveView(chat, turn)}
    ${evidenceView(chat, answer, turn)}
    ${answer.held ? nothing : toolsView(chat, turn)}
    ${answer.held ? nothing : aftercareView(chat, turn)}
  </div>`;
}
