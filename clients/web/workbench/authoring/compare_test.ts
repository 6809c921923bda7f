import {expect, test} from 'vitest';

import {compareTexts} from './compare';
import {changedPaths, contentOf, copyText, emptyText, localTime, textOf, timeOfLocal} from './working_text';

const text = () => ({...emptyText(), question: '问', region: '440300', category: '民政', keywords: ['a'], blocks: [
  {type: 'CONCLUSION', title: '', text: '可以领高龄津贴。'}, {type: 'FEE', title: '标准', text: '每月260元。'},
  {type: 'PHONE', title: '', text: '0755-00001006'}]});

test('a text goes to the service and back unchanged', () => {
  const whole = {...text(), effective_time: '2026-07-01T00:00:00Z', channels: ['WEB', 'SMS'], policies: ['policies/x'],
    similar_questions: ['怎么领'], short_answer: '短', agent_notes: '可以说：\n不宜说：'};
  expect(textOf(contentOf(whole))).toEqual(whole);
});

test('only what changed is written', () => {
  const after = copyText(text());
  expect(changedPaths(text(), after)).toEqual([]);
  after.expire_time = '2026-12-31T16:00:00Z';
  after.keywords = ['a', 'b'];
  after.blocks[1]!.text = '每月300元。';
  expect(changedPaths(text(), after)).toEqual(['content.validity.expire_time', 'content.keywords', 'content.blocks']);
});

test('times of fields are the hotline\'s', () => {
  expect(localTime('2026-12-31T16:00:00Z')).toBe('2027-01-01T00:00');
  expect(timeOfLocal('2027-01-01T00:00')).toBe('2026-12-31T16:00:00Z');
  expect(timeOfLocal('')).toBe('');
  expect(timeOfLocal('nonsense')).toBe('');
});

test('removed, changed and new blocks stand where they belong', () => {
  const after = copyText(text());
  after.blocks.splice(1, 1);
  after.blocks[1]!.text = '0755-00001007';
  after.blocks.push({type: 'NOTE', title: '', text: '晚申请不补发。'});
  const rows = compareTexts(text(), after).filter((row) => row.field === 'blocks');
  expect(rows.map((row) => [row.before, row.after, row.changed])).toEqual([
    ['可以领高龄津贴。', '可以领高龄津贴。', false], ['每月260元。', null, true],
    ['0755-00001006', '0755-00001007', true], [null, '晚申请不补发。', true]]);
  expect(rows.map((row) => row.path)).toEqual(['blocks[0].text', 'removed[1]', 'blocks[1].text', 'blocks[2].text']);
});

test('a first text has no left side', () => {
  const rows = compareTexts(null, text());
  expect(rows.every((row) => row.before === null)).toBe(true);
  expect(rows.find((row) => row.field === 'similar_questions')!.changed).toBe(false);
});
