// A question of the log, and what became of it.

import {html, nothing, type TemplateResult} from 'lit/html.js';

import {answerView, phoneLink} from './answer_view';
import type {KbChat} from './chat';
import type {Turn} from './turn';
import type {Hit} from './types';

function hitView(chat: KbChat, hit: Hit): TemplateResult {
  const named = [hit.distinction, hit.departmentDisplayName, hit.region && chat.regionName(hit.region)].filter(Boolean);
  const place = [...new Set(named)];
  return html`<li><button type="button" class="choice" @click=${() => chat.choose(hit.entry, hit.question ?? '')}>
    <span>${hit.question}</span>${place.length > 0 ? html` <span class="hint">${place.join(' · ')}</span>` : nothing}
  </button></li>`;
}

function choicesView(chat: KbChat, title: string, hits: Hit[]): TemplateResult {
  return html`<section class="choices"><h4>${title}</h4><ul>${hits.map((hit) => hitView(chat, hit))}</ul></section>`;
}

function unknownView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts} = chat;
  const referral = turn.referral ?? {};
  const owner = referral.owner;
  const phone = referral.phone || chat.hotlinePhone;
  return html`<div class="answer unknown">
    <h4>${texts.unknown}</h4>
    ${texts.readsChinese && referral.message ? html`<p>${referral.message}</p>`
      : html`<p>${texts.unknownMore}</p>${owner?.displayName
        ? html`<p>${texts.probableOwner}: ${owner.displayName}</p>` : nothing}`}
    <p class="call">${texts.call} ${phoneLink(chat, phone)}</p>
    ${phone === chat.hotlinePhone ? nothing : html`<p>${texts.hotline} ${phoneLink(chat, chat.hotlinePhone)}</p>`}
  </div>`;
}

function troubleView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts} = chat;
  const error = turn.error;
  const waiting = turn.state === 'waiting';
  const passing = error?.code === 'offline' ? texts.waiting : error?.code === 'resource_exhausted' ? texts.busy : texts.failed;
  const words = waiting ? passing
    : error?.code === 'not_found' ? texts.gone : chat.aftercare.sentence(error, texts.failed);
  return html`<div class="answer">
    <p class="notice ${waiting ? 'warn' : 'bad'}" role="alert">${words}</p>
    <p class="row"><button type="button" class="plain" @click=${() => chat.retry(turn)}>${texts.retry}</button>
      <span>${texts.orCall} ${phoneLink(chat, chat.hotlinePhone)}</span></p>
  </div>`;
}

function outcomeView(chat: KbChat, turn: Turn): TemplateResult {
  const {texts} = chat;
  switch (turn.state) {
    case 'searching':
      return html`<p class="searching"><span class="dots" aria-hidden="true"></span>${texts.searching}</p>`;
    case 'answered':
      return html`${answerView(chat, turn)}${turn.choices.length > 0 && !turn.withdrawn
        ? choicesView(chat, texts.related, turn.choices) : nothing}`;
    case 'choices':
      return choicesView(chat, texts.choose, turn.choices);
    case 'unknown':
      return unknownView(chat, turn);
    default:
      return troubleView(chat, turn);
  }
}

export function turnView(chat: KbChat, turn: Turn): TemplateResult {
  return html`<article aria-labelledby=${turn.id} aria-busy=${String(turn.state === 'searching')}>
    <h3 id=${turn.id} tabindex="-1" class=${turn.withdrawn ? 'asked struck' : 'asked'}>
      <span class="off-screen">${chat.texts.asked}：</span>${turn.withdrawn
        ? html`<del>${turn.question}</del>` : html`<span>${turn.question}</span>`}</h3>
    ${outcomeView(chat, turn)}
  </article>`;
}
