// Departments, facts and policies by name: read once for a person, shared by all screens, read again on demand.
import {computed, shallowRef} from 'vue';

import {FactService} from '@/gen/hotline/knowledge/v1/fact_service_pb';
import {KnowledgeService} from '@/gen/hotline/knowledge/v1/knowledge_service_pb';
import type {Department, Fact, Policy} from '@/gen/hotline/knowledge/v1/resources_pb';
import {clientOf} from '@/lib/calls';
import {idOf} from '@/lib/formats';
import {problemOf, type Problem} from '@/lib/problem';
import {currentSession} from '@/lib/session';
import {allPages, type Page} from '@/ui/use_pages';

const PAGE = 1000;
const self = () => currentSession.self?.name ?? '';

class Ledger<Item extends {name: string}> {
  readonly items = shallowRef<Item[]>([]);
  readonly problem = shallowRef<Problem | null>(null);
  readonly byName = computed(() => new Map(this.items.value.map((item) => [item.name, item])));
  #reading: Promise<void> | null = null;
  #person = '';

  constructor(private readonly page: (token: string) => Promise<Page<Item>>) {}

  // Reads it unless it has been read for this person.
  load(): Promise<void> {
    if (this.#person !== self()) this.#reading = null;
    return this.#reading ??= this.reload();
  }

  async reload(): Promise<void> {
    this.#person = self();
    try {
      this.items.value = await allPages(this.page);
      this.problem.value = null;
    } catch (cause) {
      this.problem.value = problemOf(cause);
      this.#reading = null;
    }
  }
}

export const departments = new Ledger<Department>(async (pageToken) => {
  const page = await clientOf(KnowledgeService).listDepartments({pageSize: PAGE, pageToken});
  return {rows: page.departments, next: page.nextPageToken};
});

export const policies = new Ledger<Policy>(async (pageToken) => {
  const page = await clientOf(KnowledgeService).listPolicies({pageSize: PAGE, pageToken});
  return {rows: page.policies, next: page.nextPageToken};
});

export const facts = new Ledger<Fact>(async (pageToken) => {
  const page = await clientOf(FactService).listFacts({pageSize: PAGE, pageToken});
  return {rows: page.facts, next: page.nextPageToken};
});

export function departmentName(name: string): string {
  return departments.byName.value.get(name)?.displayName ?? idOf(name);
}

export function policyTitle(name: string): string {
  return policies.byName.value.get(name)?.title ?? idOf(name);
}

// As an answer says it. Dates and durations are worded by the service; here they stand as they are stored, with the unit.
export function factText(name: string): string {
  const fact = facts.byName.value.get(name);
  return fact ? fact.value + (fact.unit || '') : `{{${name}}}`;
}
