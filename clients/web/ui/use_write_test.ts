import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';

import {ErrorInfoSchema} from '@/gen/google/rpc/error_details_pb';

import {useWrite} from './use_write';

const refused = () => new ConnectError('no', Code.FailedPrecondition);
const reused = () => new ConnectError('used', Code.AlreadyExists, undefined,
  [{desc: ErrorInfoSchema, value: {reason: 'REQUEST_ID_REUSED'}}]);
const unknown = () => new TypeError('network');

test('a write whose outcome is not known is repeated under its id, another one has its own', async () => {
  const {write, problem} = useWrite();
  const ids: string[] = [];
  const fail = (id: string) => { ids.push(id); return Promise.reject(unknown()); };
  await write('a', fail);
  expect(problem.value?.reason).toBe('OFFLINE');
  await write('a', fail);
  await write('b', fail);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[1]);
  expect(await write('b', (id) => { ids.push(id); return Promise.resolve('done'); })).toBe('done');
  expect(ids[3]).toBe(ids[2]);
  expect(problem.value).toBeNull();
  await write('b', fail);
  expect(ids[4]).not.toBe(ids[3]);
});

test('what was refused was not done: the next try is a new write', async () => {
  const {write, problem} = useWrite();
  const ids: string[] = [];
  const fail = (id: string) => { ids.push(id); return Promise.reject(refused()); };
  await write('a', fail);
  expect(problem.value?.sentence).toBe('no');
  await write('a', fail);
  expect(ids[0]).not.toBe(ids[1]);
});

test('a second press while one is under way does nothing', async () => {
  const {write, busy} = useWrite();
  let calls = 0;
  let finish = () => {};
  const slow = () => { calls++; return new Promise<void>((resolve) => { finish = resolve; }); };
  const first = write('a', slow);
  expect(busy.value).toBe(true);
  expect(await write('a', slow)).toBeUndefined();
  finish();
  await first;
  expect([calls, busy.value]).toEqual([1, false]);
});

test('when the first try was done and the text was changed since, the change is a write of its own', async () => {
  const {write, problem} = useWrite();
  const ids: string[] = [];
  await write('form', (id) => { ids.push(id); return Promise.reject(unknown()); });
  const done = await write('form', (id) => {
    ids.push(id);
    return ids[0] === id ? Promise.reject(reused()) : Promise.resolve('done');
  });
  expect(done).toBe('done');
  expect(problem.value).toBeNull();
  expect(new Set(ids).size).toBe(2);
});

test('a form that is opened anew begins another write', async () => {
  const {write, clear, problem} = useWrite();
  const ids: string[] = [];
  const fail = (id: string) => { ids.push(id); return Promise.reject(unknown()); };
  await write('form', fail);
  clear();
  expect(problem.value).toBeNull();
  await write('form', fail);
  expect(ids[0]).not.toBe(ids[1]);
});
