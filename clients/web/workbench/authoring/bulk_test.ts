import {expect, test} from 'vitest';

import {forEach} from './bulk';

test('a refusal of one does not stop the others', async () => {
  const told: number[] = [];
  const outcomes = await forEach(['a', 'b', 'c'], async (name) => { if (name === 'b') throw new Error('no'); }, (n) => told.push(n));
  expect(outcomes.map(({name, problem}) => [name, problem === null])).toEqual([['a', true], ['b', false], ['c', true]]);
  expect(told).toEqual([1, 2, 3]);
});

test('when nobody is there the rest is not tried', async () => {
  const tried: string[] = [];
  const outcomes = await forEach(['a', 'b'], async (name) => { tried.push(name); throw new TypeError('fetch'); });
  expect(tried).toEqual(['a']);
  expect(outcomes.map(({problem}) => problem?.reason)).toEqual(['OFFLINE', 'OFFLINE']);
});
