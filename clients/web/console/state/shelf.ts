// What an agent has at hand: favourites (subscriptions, so that their changes come to the reading list and go along to any
// desk), and the entries opened last at this desk.
import {computed, ref, shallowRef} from 'vue';

import {ReadingService} from '@/gen/hotline/insight/v1/reading_service_pb';
import type {Subscription} from '@/gen/hotline/insight/v1/reading_pb';
import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Rendering} from '@/gen/hotline/answer/v1/answer_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {problemOf, type Problem} from '@/lib/problem';
import {newRequestId} from '@/lib/request_id';
import {useCall} from '@/ui/use_call';

import type {Connection} from './connection';
import {isRecord, keep, kept} from './kept';

const RECENT_MAX = 12;
const FAVOURITES_MAX = 100; // shown and followed; one person may subscribe to 200

export interface Kept {
  entry: string;
  question: string;
  region: string;
}

const isKept = (value: unknown): value is Kept[] => Array.isArray(value) &&
  value.every((one) => isRecord(one) && typeof one.entry === 'string' && typeof one.question === 'string' &&
    typeof one.region === 'string');

export function useShelf(connection: Connection, person: () => string, storage: Storage = localStorage) {
  const key = () => `koujing.console.recent.${person()}`;
  const recent = ref<Kept[]>(kept(storage, key(), [], isKept));
  const problem = shallowRef<Problem | null>(null);

  const listed = useCall(async (signal) => {
    const {subscriptions} = await clientOf(ReadingService).listSubscriptions({pageSize: 200}, {signal});
    const own = subscriptions.filter((one) => one.entry).slice(0, FAVOURITES_MAX);
    if (own.length === 0) return [];
    // The question as it is asked today; what is not said any more keeps its name.
    const {answers} = await clientOf(AnswerService).batchGetAnswers(
      {names: own.map((one) => one.entry), channel: Channel.AGENT, rendering: Rendering.PLAIN}, {signal});
    const said = new Map(answers.map((answer) => [answer.entry, answer]));
    return own.map((subscription) => ({subscription, answer: said.get(subscription.entry)}));
  });

  async function look(): Promise<void> {
    await listed.run();
    connection.met(listed.problem.value);
  }

  const of = (entry: string): Subscription | undefined =>
    listed.data.value?.find((one) => one.subscription.entry === entry)?.subscription;

  // Puts it on the shelf or takes it away; gives whether it is there now, null when that failed.
  async function toggle(entry: string): Promise<boolean | null> {
    problem.value = null;
    const own = of(entry);
    try {
      if (own) await clientOf(ReadingService).deleteSubscription({name: own.name, requestId: newRequestId()});
      else await clientOf(ReadingService).createSubscription({subscription: {entry}, requestId: newRequestId()});
    } catch (cause) {
      problem.value = problemOf(cause);
      connection.met(problem.value);
      return null;
    }
    await look();
    return !own;
  }

  connection.onBack(() => void look());

  return {
    recent, problem, look, toggle,
    favourites: computed<Kept[]>(() => (listed.data.value ?? []).flatMap(({answer}) => answer
      ? [{entry: answer.entry, question: answer.question, region: answer.region}] : [])),
    isFavourite: (entry: string): boolean => of(entry) !== undefined,
    listProblem: listed.problem,
    opened({entry, question, region}: Kept): void {
      recent.value = [{entry, question, region}, ...recent.value.filter((one) => one.entry !== entry)].slice(0, RECENT_MAX);
      keep(storage, key(), recent.value);
    },
  };
}

export type Shelf = ReturnType<typeof useShelf>;
