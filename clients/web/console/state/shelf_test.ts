import {Code, ConnectError} from '@connectrpc/connect';
import {expect, test} from 'vitest';

import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import {ReadingService} from '@/gen/hotline/insight/v1/reading_service_pb';

import {useShelf} from './shelf';
import {inScope, makeWorld, serve} from './testing';

const scope = inScope();
const make = () => scope.run(() => useShelf(makeWorld().connection, () => 'people/li'));

test('a favourite is a subscription: it goes along to any desk, named as it is asked today', async () => {
  const own = [{name: 'subscriptions/1', entry: 'entries/a'}, {name: 'subscriptions/2', category: '民政'}];
  serve(({service}) => {
    service(ReadingService, {
      listSubscriptions: () => ({subscriptions: own}),
      createSubscription(request) {
        const made = {name: 'subscriptions/3', entry: request.subscription!.entry};
        own.push(made);
        return made;
      },
      deleteSubscription(request) { own.splice(own.findIndex((one) => one.name === request.name), 1); return {}; },
    });
    service(AnswerService, {batchGetAnswers: (request) => ({answers: request.names.map((entry) => ({entry, question: `${entry}？`, region: '440300'}))})});
  });
  const shelf = make();
  await shelf.look();
  expect(shelf.favourites.value).toEqual([{entry: 'entries/a', question: 'entries/a？', region: '440300'}]);
  expect(await shelf.toggle('entries/b')).toBe(true);
  expect(shelf.isFavourite('entries/b')).toBe(true);
  expect(await shelf.toggle('entries/a')).toBe(false);
  expect(shelf.favourites.value.map((one) => one.entry)).toEqual(['entries/b']);
});

test('a favourite that could not be kept is not shown as one', async () => {
  serve(({service}) => service(ReadingService, {
    listSubscriptions: () => ({}),
    createSubscription() { throw new ConnectError('200 are the most', Code.ResourceExhausted); },
  }));
  const shelf = make();
  expect(await shelf.toggle('entries/a')).toBeNull();
  expect(shelf.problem.value!.sentence).toBe('200 are the most');
  expect(shelf.isFavourite('entries/a')).toBe(false);
});

test('the entries opened last stay at the desk, each once, newest first', () => {
  const shelf = make();
  for (let i = 0; i < 20; ++i) shelf.opened({entry: `entries/${i}`, question: `问题${i}`, region: ''});
  shelf.opened({entry: 'entries/15', question: '问题15', region: ''});
  expect(make().recent.value.map((one) => one.entry).slice(0, 2)).toEqual(['entries/15', 'entries/19']);
  expect(make().recent.value).toHaveLength(12);
});
