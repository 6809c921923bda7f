// What the city asks right now: what is asked most, what rises, what was marked a major event. Looked at once a minute while
// the page is seen; 200 desks do so at different seconds.
import {computed, onScopeDispose} from 'vue';

import {Code} from '@connectrpc/connect';

import {EventService} from '@/gen/hotline/insight/v1/event_service_pb';
import {MajorEvent_State} from '@/gen/hotline/insight/v1/event_pb';
import {UsageService} from '@/gen/hotline/insight/v1/usage_service_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {problemOf} from '@/lib/problem';
import {hasRole, READERS} from '@/lib/session';
import {useCall} from '@/ui/use_call';

import type {Call} from './call';
import type {Connection} from './connection';

const LOOK_MS = 60_000;
const HOT = 9;
const RISING = 6;
const EVENTS = 5;

// A part that this person may not see, or that this server does not have, is left out.
async function allowed<T>(part: Promise<T>): Promise<T | null> {
  try {
    return await part;
  } catch (cause) {
    const {code} = problemOf(cause);
    if (code === Code.PermissionDenied || code === Code.Unimplemented) return null;
    throw cause;
  }
}

export function usePulse(call: Call, connection: Connection) {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const asked = useCall(async (signal) => {
    const {region} = call.state;
    const usage = clientOf(UsageService);
    const [hot, rising, events] = await Promise.all([
      allowed(usage.listHotQuestions({channel: Channel.AGENT, region, pageSize: HOT}, {signal})),
      allowed(usage.listRisingQuestions({pageSize: RISING}, {signal})),
      // A plain agent is not asked to be refused each minute.
      hasRole(...READERS)
        ? allowed(clientOf(EventService).listMajorEvents({state: MajorEvent_State.OPEN, pageSize: EVENTS}, {signal})) : null,
    ]);
    return {hot: hot?.questions ?? [], rising: rising?.rises ?? [], events: events?.events ?? []};
  }, connection.met);

  async function look(): Promise<void> {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), LOOK_MS * (0.75 + Math.random() / 2));
    if (document.visibilityState === 'hidden') return;
    await asked.run();
  }

  connection.onBack(() => void look());
  onScopeDispose(() => clearTimeout(timer));

  return {
    look,
    hot: computed(() => asked.data.value?.hot ?? []),
    rising: computed(() => asked.data.value?.rising ?? []),
    events: computed(() => asked.data.value?.events ?? []),
    problem: asked.problem,
    loaded: computed(() => asked.data.value !== null),
  };
}
