import {create} from '@bufbuild/protobuf';
import {expect, test} from 'vitest';

import {AnswerSchema} from '@/gen/hotline/answer/v1/answer_pb';

import {copyOf, spokenParts} from './copying';
import {sectionsOf} from './sections';

const answer = create(AnswerSchema, {
  question: '怎么申请？', revision: 2n, owner: {displayName: '市民政局', phone: '0755-00001006'}, agentNotes: '不宜说：到账日',
  shortAnswer: '满80岁可领。', basis: [{title: '办法', documentNumber: '示例政规〔2026〕3号'}],
  html: '<section data-type="CONCLUSION"><h3>结论</h3><p>可以领。</p></section>' +
    '<section data-type="MATERIALS"><h3>材料</h3><ul><li>身份证</li><li>银行卡</li></ul></section>'});
const sections = sectionsOf(answer.html);

test('what is pasted says what was said, by whom, on what, and how it can be proved', () => {
  expect(copyOf(answer, sections, {code: '4830 1296 5547'})).toBe(
    '怎么申请？\n【结论】可以领。\n【材料】\n· 身份证\n· 银行卡\n承办：市民政局 0755-00001006\n政策依据：办法 示例政规〔2026〕3号\n' +
    '第 2 版，答复凭证 4830 1296 5547');
});

test('notes for agents never leave the console', () => {
  expect(copyOf(answer, sections, {})).not.toContain('到账日');
});

test('an answer of another day is marked as one', () => {
  expect(copyOf(answer, sections, {day: '2026-03-15'}).startsWith('【历史口径：2026-03-15，不是现行规定】')).toBe(true);
});

test('a doubtful text says that it is one', () => {
  expect(copyOf(create(AnswerSchema, {...answer, suspect: true}), sections, {}).startsWith('【依据可能已失效，核实中】')).toBe(true);
});

test('the short answer is read out first', () => {
  expect(spokenParts(answer, sections).map((part) => part.text)).toEqual(['满80岁可领。', '可以领。', '· 身份证\n· 银行卡']);
});
