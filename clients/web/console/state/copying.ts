// An answer as it is pasted into a ticket. The words are Chinese whatever the screen speaks: so is what they stand beside.
import type {Answer} from '@/gen/hotline/answer/v1/answer_pb';

import {withRegionNames} from '@/lib/region_names';
import type {Section} from './sections';

export function copyOf(answer: Answer, sections: readonly Section[], more: {code?: string; day?: string}): string {
  const lines = [
    more.day ? `【历史口径：${more.day}，不是现行规定】` : '',
    answer.suspect ? '【依据可能已失效，核实中】' : '',
    answer.question,
    ...sections.map((part) => part.title ? `【${part.title}】${part.text.includes('\n') ? '\n' : ''}${part.text}` : part.text),
    withRegionNames(answer.regionNote),
    answer.owner ? `承办：${[answer.owner.displayName, answer.owner.phone].filter(Boolean).join(' ')}` : '',
    ...answer.basis.map((basis) => `政策依据：${[basis.title, basis.documentNumber].filter(Boolean).join(' ')}`),
    [`${answer.sample ? '示例内容，非现行政策；' : ''}第 ${answer.revision} 版`, more.code ? `答复凭证 ${more.code}` : ''].filter(Boolean).join('，'),
  ];
  return lines.filter(Boolean).join('\n');
}

// What is read out, in its order: the short answer if there is one, then the parts.
export function spokenParts(answer: Answer, sections: readonly Section[]): {type: string; title: string; text: string}[] {
  const parts = sections.map(({type, title, text}) => ({type, title, text}));
  return answer.shortAnswer ? [{type: 'SHORT', title: '', text: answer.shortAnswer}, ...parts] : parts;
}
