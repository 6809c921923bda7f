// The screens in their groups: one table for the routes, the bar at the top and the list at the side.
import type {Role} from '@/gen/hotline/identity/v1/identity_pb';

import * as may from './rights';

export interface Screen {
  // Last part of the address, and key of the words `desk.screens.…`.
  name: string;
  roles: readonly Role[];
  load: () => Promise<unknown>;
}

export interface Group {
  name: string;
  screens: Screen[];
}

export const groups: Group[] = [
  {name: 'ledgers', screens: [
    {name: 'facts', roles: may.readsEntries, load: () => import('./ledgers/FactsPage.vue')},
    {name: 'policies', roles: may.readsEntries, load: () => import('./ledgers/PoliciesPage.vue')},
    {name: 'synonyms', roles: may.readsEntries, load: () => import('./ledgers/SynonymsPage.vue')},
    {name: 'terms', roles: may.readsEntries, load: () => import('./ledgers/TermsPage.vue')},
    {name: 'import', roles: may.writesEntries, load: () => import('./sheets/ImportPage.vue')},
    {name: 'export', roles: may.exports, load: () => import('./sheets/ExportPage.vue')},
  ]},
  {name: 'loop', screens: [
    {name: 'gaps', roles: may.readsEntries, load: () => import('./loop/GapsPage.vue')},
    {name: 'corrections', roles: may.readsEntries, load: () => import('./loop/CorrectionsPage.vue')},
    {name: 'receipts', roles: may.readsEntries, load: () => import('./loop/ReceiptsPage.vue')},
    {name: 'usage', roles: may.readsEntries, load: () => import('./loop/UsagePage.vue')},
    {name: 'events', roles: may.readsEntries, load: () => import('./loop/EventsPage.vue')},
    {name: 'reading', roles: may.readsEntries, load: () => import('./loop/ReadingPage.vue')},
  ]},
  {name: 'quality', screens: [
    {name: 'reports', roles: may.readsEntries, load: () => import('./quality/QualityPage.vue')},
    {name: 'findings', roles: may.readsEntries, load: () => import('./quality/FindingsPage.vue')},
  ]},
  {name: 'audit', screens: [
    {name: 'records', roles: may.readsAudit, load: () => import('./audit/RecordsPage.vue')},
    {name: 'verification', roles: may.readsAudit, load: () => import('./audit/VerificationPage.vue')},
  ]},
  {name: 'admin', screens: [
    {name: 'people', roles: may.readsPeople, load: () => import('./admin/PeoplePage.vue')},
    {name: 'access', roles: may.signedIn, load: () => import('./admin/AccessPage.vue')},
    {name: 'accounts', roles: may.readsAccounts, load: () => import('./admin/AccountsPage.vue')},
    {name: 'departments', roles: may.signedIn, load: () => import('./admin/DepartmentsPage.vue')},
    {name: 'sessions', roles: may.signedIn, load: () => import('./admin/SessionsPage.vue')},
    {name: 'webhooks', roles: may.readsAccounts, load: () => import('./admin/WebhooksPage.vue')},
    {name: 'calendar', roles: may.signedIn, load: () => import('./admin/CalendarPage.vue')},
    {name: 'privacy', roles: may.readsAccounts, load: () => import('./admin/PrivacyPage.vue')},
  ]},
];

export const pathOf = (group: Group, screen: Screen) => `/${group.name}/${screen.name}`;
