// What an agent has at hand: favourites (subscriptions, so that their changes come to the reading list and go along to any
// desk), and the entries opened last at this desk.
import {computed, ref} from 'vue';

import {ReadingService} from '@/gen/hotline/insight/v1/reading_service_pb';
import type {Subscription} from '@/gen/hotline/insight/v1/reading_pb';
import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Rendering} from '@/gen/hotline/answer/v1/answer_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {useCall} from '@/ui/use_call';
import {useWrite} from '@/ui/use_write';

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
  const {problem, write} = useWrite(connection.met);

  const listed = useCall(async (signal) => {
    const {subscriptions} = await clientOf(ReadingService).listSubscriptions({pageSize: 200}, {signal});
    const own = subscriptions.filter((one) => one.entry).slice(0, FAVOURITES_MAX);
    if (own.length === 0) return [];
    // The question as it is asked today; what is not said any more keeps its name.
    const {answers} = await clientOf(AnswerService).batchGetAnswers(
      {names: own.map((one) => one.entry), channel: Channel.AGENT, rendering: Rendering.PLAIN}, {signal});
    const said = new Map(answers.map((answer) => [answer.entry, answer]));
    return own.map((subscription) => ({subscription, answer: said.get(subscription.entry)}));
  }, connection.met);

  const look = async (): Promise<void> => { await listed.run(); };

  const of = (entry: string): Subscription | undefined =>
    listed.data.value?.find((one) => one.subscription.entry === entry)?.subscription;

  // Puts it on the shelf or takes it away; gives whether it is there now, null when that failed.
  async function toggle(entry: string): Promise<boolean | null> {
    const own = of(entry);
    const reading = clientOf(ReadingService);
    const done = await write(`${entry} ${own?.name ?? ''}`, (requestId): Promise<unknown> => own
      ? reading.deleteSubscription({name: own.name, requestId}) : reading.createSubscription({subscription: {entry}, requestId}));
    if (!done) return null;
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
