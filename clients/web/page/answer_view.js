// One answer with its evidence, kept up to date.

import {HOTLINE} from './api.js';
import {element, fromServiceHtml, phoneLink} from './dom.js';
import {regionName} from './regions.js';

const HASH_SHOWN = 12;
const DAY = {timeZone: 'Asia/Shanghai', year: 'numeric', month: 'long', day: 'numeric'};
const TIME = {...DAY, hour: '2-digit', minute: '2-digit', hourCycle: 'h23'};

const STATES = {
  live: '实时更新中',
  stale: '服务暂时无法确认内容是否最新，请留意或拨打电话核实',
  offline: '连接中断，正在重新连接；下面的内容可能已不是最新',
};

const POLICY_STATUS = {EXPIRED: '已失效', REPEALED: '已废止', REPLACED: '已被替代'};

const day = (time) => new Intl.DateTimeFormat('zh-CN', DAY).format(new Date(time));
const moment = (time) => new Intl.DateTimeFormat('zh-CN', TIME).format(new Date(time));

// The last moment at which something holds that ends at `time`.
function lastMoment(time) {
  const end = new Date(time);
  const midnight = (end.getTime() + 8 * 3600e3) % 86400e3 === 0;  // in Shenzhen
  return midnight ? `${day(end.getTime() - 1)}（含当日）` : `${moment(end)}`;
}

function validityText(validity = {}) {
  const from = validity.effectiveTime ? `自${day(validity.effectiveTime)}起` : '';
  const until = validity.expireTime ? `至${lastMoment(validity.expireTime)}` : '';
  return from || until ? from + until + '有效' : '现行有效，未设截止日期';
}

function basisList(basis = []) {
  if (basis.length === 0) return null;
  return element('ul', {class: 'basis'}, ...basis.map((policy) => {
    const title = `《${policy.title}》${policy.documentNumber ? `（${policy.documentNumber}）` : ''}`;
    const safe = /^https?:/i.test(policy.url ?? '');
    const status = POLICY_STATUS[policy.status];
    return element('li', {},
                   safe ? element('a', {href: policy.url, rel: 'noopener noreferrer external'}, title) : title,
                   status && element('strong', {class: 'flag'}, status));
  }));
}

async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {  // not a secure context
    const field = element('textarea', {readonly: true, class: 'off-screen', 'aria-hidden': 'true'}, text);
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
    button.focus();
  }
  button.textContent = '已复制';
}

function hashField(hash) {
  const hex = hash.replace(/^sha256:/, '');
  const button = element('button', {type: 'button', class: 'small', 'aria-label': '复制完整的内容指纹'}, '复制');
  button.addEventListener('click', () => copyText(hash, button));
  return element('span', {class: 'hash'}, element('code', {title: hash}, hex.slice(0, HASH_SHOWN)), button);
}

const row = (term, content) => content && element('div', {class: 'fact'}, element('dt', {}, term), element('dd', {}, content));

export class AnswerView {
  root;
  #heading;
  #state;
  #news;
  #body;
  #answer;
  #withdrawn = false;

  constructor(answer) {
    this.#heading = element('h2', {tabindex: '-1', id: 'answer-heading'});
    this.#state = element('p', {class: 'live', 'data-state': 'connecting'}, '正在连接实时更新…');
    this.#news = element('div', {class: 'news', role: 'status', 'aria-live': 'polite'});
    this.#body = element('div');
    this.root = element('article', {class: 'card answer', 'aria-labelledby': 'answer-heading', 'data-entry': answer.entry},
                        this.#heading, this.#news, this.#body, this.#state);
    this.#show(answer);
  }

  focus() {
    this.#heading.focus();
  }

  state(name) {
    if (this.#withdrawn || this.#state.dataset.state === name) return;
    this.#state.dataset.state = name;
    this.#state.textContent = STATES[name];
    this.root.classList.toggle('doubtful', name !== 'live');
  }

  // A state of the answer from the stream. The one that is shown already changes nothing.
  update(answer) {
    // A held answer keeps hash and revision of the approved one: what is shown decides as well.
    const same = !this.#withdrawn && answer.contentHash === this.#answer.contentHash &&
                 answer.revision === this.#answer.revision && answer.html === this.#answer.html &&
                 Boolean(answer.suspect) === Boolean(this.#answer.suspect);
    if (same) return;
    this.#withdrawn = false;
    this.root.classList.remove('withdrawn');
    this.#news.setAttribute('role', 'status');
    const news = answer.held ? ['答案暂停使用', ' 它依据的文件或数据已变动，正在核实，请以下面的提示为准。']
                             : ['答案已更新', ` 现在是第 ${answer.revision} 版，请以下面的内容为准。`];
    this.#news.replaceChildren(element('p', {class: 'notice updated'}, element('strong', {}, news[0]), news[1]));
    this.#show(answer);
  }

  // Nothing is said any more: the text goes, whom to call comes.
  withdraw(reason, kbRevision) {
    if (this.#withdrawn) return;
    this.#withdrawn = true;
    const why = reason === 'EXPIRED' ? '这条答复的有效期已过' : '这条答复已经撤回';
    this.root.classList.add('withdrawn');
    this.root.classList.remove('doubtful');
    this.#news.setAttribute('role', 'alert');
    this.#news.replaceChildren(element('div', {class: 'notice warning'},
      element('p', {}, element('strong', {}, why), '，请不要再按原来的内容办理。'),
      element('p', {}, '请拨打 ', phoneLink(this.#answer.owner?.phone || HOTLINE), ' 了解最新规定。')));
    this.#body.replaceChildren(kbRevision ? element('p', {class: 'hint'}, `撤回于全库版本 ${kbRevision}`) : '');
    this.#state.textContent = '内容已移除';
    this.#state.dataset.state = 'withdrawn';
  }

  #show(answer) {
    this.#answer = answer;
    this.#heading.replaceChildren(element('span', {}, answer.question));
    this.#body.replaceChildren(...[
      answer.sample && element('p', {class: 'notice sample'}, '示例内容，非现行政策'),
      answer.suspect && !answer.held && element('p', {class: 'notice warning'}, '所依据的文件已有变动，本答复可能不再准确，请先拨打下面的电话核实。'),
      answer.regionNote && element('p', {class: 'notice region'}, answer.regionNote),
      fromServiceHtml(answer.html ?? ''),
      this.#evidence(answer),
    ].filter(Boolean));
  }

  #evidence(answer) {
    const owner = answer.owner;
    return element('section', {class: 'evidence', 'aria-label': '答复出处'},
      element('h3', {}, '出处'),
      element('dl', {},
        row('负责部门', owner && element('span', {}, owner.displayName ?? '', ' ', owner.phone ? phoneLink(owner.phone) : '')),
        row('政策依据', basisList(answer.basis)),
        row('适用地区', answer.region && regionName(answer.region)),
        row('有效期', validityText(answer.validity)),
        row('发布时间', answer.publishTime && moment(answer.publishTime)),
        row('版本', element('span', {}, element('span', {class: 'revision'}, `第 ${answer.revision} 版`),
                            ` · 全库版本 ${answer.kbRevision ?? ''}`)),
        row('内容指纹', answer.contentHash && hashField(answer.contentHash)),
        row('条目', element('code', {}, answer.entry.replace(/^entries\//, '')))));
  }
}
