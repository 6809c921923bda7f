// The page: a question, its answer with evidence, and its changes as they happen.

import {ask, getAnswer, HOTLINE} from './api.js';
import {AnswerView} from './answer_view.js';
import {element, phoneLink} from './dom.js';
import {LiveAnswer} from './live.js';
import {REGIONS, regionName} from './regions.js';
import {Suggestions} from './suggestions.js';

const REGION_KEY = 'koujing.region';

const form = document.getElementById('ask');
const input = document.getElementById('question');
const inputError = document.getElementById('question-error');
const region = document.getElementById('region');
const submit = document.getElementById('submit');
const status = document.getElementById('status');
const result = document.getElementById('result');

let live = null;
let latest = 0;  // number of the newest question: an earlier reply that comes late is dropped

function storedRegion() {
  try {
    return localStorage.getItem(REGION_KEY) ?? '';
  } catch {  // storage may be forbidden
    return '';
  }
}

function storeRegion() {
  try {
    localStorage.setItem(REGION_KEY, region.value);
  } catch {
    // The choice is then not remembered.
  }
}

function clear() {
  live?.close();
  live = null;
  result.replaceChildren();
}

function showAnswer(answer) {
  const view = new AnswerView(answer);
  result.prepend(view.root);
  live = new LiveAnswer(answer, region.value, {
    changed: (newer) => view.update(newer),
    withdrawn: (reason, kbRevision) => {
      status.textContent = '';
      view.withdraw(reason, kbRevision);
    },
    state: (name) => view.state(name),
  });
  view.focus();
}

function choiceButton(hit) {
  const place = [hit.departmentDisplayName, hit.region && regionName(hit.region)].filter(Boolean).join(' · ');
  return element('li', {}, element('button', {type: 'button', class: 'choice', onclick: () => open(hit.entry)},
    element('span', {class: 'choice-question'}, hit.question),
    place && element('span', {class: 'choice-place'}, place)));
}

function showChoices(choices, title) {
  const heading = element('h2', {tabindex: '-1'}, title);
  result.append(element('section', {class: 'card choices'}, heading, element('ul', {}, ...choices.map(choiceButton))));
  return heading;
}

function showReferral(referral = {}) {
  const heading = element('h2', {tabindex: '-1'}, '暂时没有现成的答复');
  const phone = referral.phone || HOTLINE;
  result.append(element('section', {class: 'card referral'}, heading,
    element('p', {}, referral.message ?? ''),
    referral.owner?.displayName && element('p', {}, `可能的负责部门：${referral.owner.displayName}`),
    element('p', {class: 'call'}, '请拨打 ', phoneLink(phone))));
  heading.focus();
}

function showReply(reply) {
  if (reply.freshness?.stale) {
    result.append(element('p', {class: 'notice warning'}, '服务暂时无法确认内容是否最新，请留意或拨打电话核实。'));
  }
  const choices = reply.choices ?? [];
  switch (reply.outcome) {
    case 'ANSWERED':
      status.textContent = '已找到答复';
      if (choices.length > 0) showChoices(choices, '相关问题');
      showAnswer(reply.answer);
      break;
    case 'CHOICES':
      status.textContent = `找到 ${choices.length} 个相近的问题，请选择`;
      showChoices(choices, '您想问的是哪一个？').focus();
      break;
    default:
      status.textContent = '没有找到答复';
      showReferral(reply.referral);
  }
}

function showFailure(error) {
  const gone = error.code === 'not_found';
  status.textContent = '';
  result.append(element('div', {class: 'notice warning', role: 'alert'},
    element('p', {}, gone ? '这条答复现在不能查看，可能刚刚撤回。' : error.message || '出错了，请稍后再试。'),
    element('p', {}, '您也可以拨打 ', phoneLink(HOTLINE), '。')));
}

// Runs one question: shows that it is under way, then its reply or why there is none.
async function run(call, show) {
  const number = ++latest;
  suggestions.close();
  clear();
  status.textContent = '正在查找…';
  submit.setAttribute('aria-busy', 'true');
  try {
    const reply = await call();
    if (number === latest) show(reply);
  } catch (error) {
    if (number === latest) showFailure(error);
  } finally {
    if (number === latest) submit.removeAttribute('aria-busy');
  }
}

function open(name) {
  return run(() => getAnswer(name, region.value), (reply) => {
    status.textContent = '已找到答复';
    showAnswer(reply.answer);
  });
}

function askNow() {
  const question = input.value.trim();
  inputError.textContent = question ? '' : '请先写下您的问题。';
  input.setAttribute('aria-invalid', String(!question));
  if (!question) {
    input.focus();
    return;
  }
  run(() => ask(question, region.value), showReply);
}

const suggestions = new Suggestions(input, document.getElementById('suggestions'), () => region.value, (text) => {
  input.value = text;
  askNow();
});

region.append(...REGIONS.map(([code, name]) => element('option', {value: code}, name)));
region.value = REGIONS.some(([code]) => code === storedRegion()) ? storedRegion() : '';
region.addEventListener('change', storeRegion);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  askNow();
});
window.addEventListener('pagehide', () => live?.close());
