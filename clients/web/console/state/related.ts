// What stands near the open entry: other entries on the matter, and its guide.
import {shallowRef} from 'vue';

import type {Answer} from '@/gen/hotline/answer/v1/answer_pb';
import {AnswerService} from '@/gen/hotline/answer/v1/answer_service_pb';
import {Verdict} from '@/gen/hotline/insight/v1/usage_pb';
import {UsageService} from '@/gen/hotline/insight/v1/usage_service_pb';
import {EntryKind} from '@/gen/hotline/knowledge/v1/entry_pb';
import {Channel} from '@/gen/hotline/type/v1/channel_pb';
import {clientOf} from '@/lib/calls';
import {newRequestId} from '@/lib/request_id';
import {useCall} from '@/ui/use_call';

import type {Call} from './call';
import type {Connection} from './connection';
import {foundOfHit, type Found} from './found';

const RELATED = 6;

// "民政/养老服务/高龄津贴" -> "民政/养老服务": the matter, without the leaf.
const matterOf = (category: string): string => category.includes('/') ? category.slice(0, category.lastIndexOf('/')) : category;

export function useRelated(call: Call, connection: Connection) {
  const rows = shallowRef<Found[]>([]);

  const asked = useCall(async (signal, answer: Answer) => {
    const {hits} = await clientOf(AnswerService).search({query: answer.question, channel: Channel.AGENT, region: call.state.region,
      category: matterOf(answer.category), pageSize: RELATED + 1}, {signal});
    return hits.filter((hit) => hit.entry !== answer.entry).slice(0, RELATED).map(foundOfHit);
  });

  const guide = useCall(async (signal, answer: Answer) => {
    const {hits} = await clientOf(AnswerService).search({query: answer.question, channel: Channel.AGENT, region: call.state.region,
      category: matterOf(answer.category), kind: EntryKind.GUIDE, pageSize: 1}, {signal});
    return hits[0]?.entry ?? '';
  }, connection.met);

  return {
    rows,
    async look(answer: Answer): Promise<void> {
      rows.value = [];
      rows.value = await asked.run(answer) ?? [];
    },
    forget: (): void => { rows.value = []; },
    // The name of the guide to the matter; '' = there is none; undefined = it could not be asked for.
    guideOf: (answer: Answer): Promise<string | undefined> => guide.run(answer),
    // Tells that it was chosen from the list: counts as use, so that this agent is told of its changes. Not waited for.
    chosen(answer: Answer): void {
      void clientOf(UsageService).reportFeedback({entry: answer.entry, revision: answer.revision, verdict: Verdict.CHOSEN,
        channel: Channel.AGENT, region: call.state.region, requestId: newRequestId()}).catch(() => {});
    },
  };
}
