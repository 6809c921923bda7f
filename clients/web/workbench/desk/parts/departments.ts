// The departments by name: asked for once, kept, and asked for again after a change.
import {computed, ref, shallowRef} from 'vue';

import {KnowledgeService} from '@/gen/hotline/knowledge/v1/knowledge_service_pb';
import type {Department} from '@/gen/hotline/knowledge/v1/resources_pb';
import {clientOf} from '@/lib/calls';
import {idOf} from '@/lib/formats';
import {allPages} from '@/ui/use_pages';

const all = shallowRef<Department[]>([]);
const asked = ref(false);

export async function learnDepartments(again = false): Promise<void> {
  if (asked.value && !again) return;
  asked.value = true;
  try {
    all.value = await allPages(async (pageToken) => {
      const page = await clientOf(KnowledgeService).listDepartments({pageSize: 1000, pageToken});
      return {rows: page.departments, next: page.nextPageToken};
    });
  } catch {
    asked.value = false; // ids are shown until it works
  }
}

const byName = computed(() => new Map(all.value.map((department) => [department.name, department])));

export function useDepartments() {
  void learnDepartments();
  return {
    all,
    // What people call it; its id as long as the name is not known.
    called: (name: string) => name ? byName.value.get(name)?.displayName ?? idOf(name) : '',
    choices: computed(() => all.value.map(({name, displayName}) => ({value: name, text: displayName}))
      .sort((a, b) => a.text.localeCompare(b.text, 'zh-CN'))),
  };
}
