import {create} from '@bufbuild/protobuf';
import {expect, test} from 'vitest';

import {AnswerSchema} from '@/gen/hotline/answer/v1/answer_pb';

import {changesOf} from './changes';

const part = (type: string, text: string) => `<section data-type="${type}"><h3>${type}</h3><p>${text}</p></section>`;
const answer = (html: string, more = {}) => create(AnswerSchema, {question: '怎么办？', html, ...more});

test('what stayed is not told; what changed, came and went is', () => {
  const before = answer(part('CONCLUSION', '满80岁') + part('FEE', '260元') + part('PHONE', '12345'));
  const after = answer(part('CONCLUSION', '满75岁') + part('FEE', '260元') + part('MATERIALS', '身份证'));
  expect(changesOf(before, after).map(({part: name, before: was, after: is}) => [name, was, is])).toEqual([
    ['CONCLUSION', '满80岁', '满75岁'], ['MATERIALS', '', '身份证'], ['PHONE', '12345', '']]);
});

test('the second note is compared with the second note', () => {
  const before = answer(part('NOTE', '一') + part('NOTE', '二'));
  const after = answer(part('NOTE', '一') + part('NOTE', '三'));
  expect(changesOf(before, after)).toHaveLength(1);
});

test('notes for agents and values of facts count too', () => {
  const facts = (text: string) => ({facts: [{fact: 'facts/a', displayName: '标准', text}]});
  const before = answer('', {agentNotes: '可以说', ...facts('260元')});
  const after = answer('', {agentNotes: '不宜说', ...facts('300元')});
  expect(changesOf(before, after).map((change) => change.part)).toEqual(['notes', 'facts']);
});
