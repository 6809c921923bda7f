// Writing, reviewing, releasing.
import type {RouteRecordRaw} from 'vue-router';

import {READERS} from '@/lib/session';

import type {NavLink} from '../links';

export const authoringRoutes: RouteRecordRaw[] = [
  {path: '/', name: 'home', component: () => import('./HomePage.vue')},
  {path: '/entries', component: () => import('./EntriesPage.vue')},
  {path: '/entries/new', component: () => import('./EditPage.vue')},
  {path: '/entries/:id', component: () => import('./EntryPage.vue'), props: true, children: [
    {path: '', component: () => import('./EntryOverview.vue')},
    {path: 'edit', component: () => import('./EditPage.vue')},
    {path: 'review', component: () => import('./ReviewPage.vue')},
    {path: 'history', component: () => import('./HistoryPage.vue')},
    {path: 'time', component: () => import('./TimePage.vue')},
  ]},
  {path: '/queue', component: () => import('./QueuePage.vue')},
  {path: '/releases', component: () => import('./ReleasesPage.vue')},
  {path: '/releases/:id', component: () => import('./ReleasePage.vue'), props: true},
  {path: '/recalls', component: () => import('./RecallsPage.vue')},
  {path: '/recalls/:id', component: () => import('./RecallPage.vue'), props: true},
  {path: '/scan', component: () => import('./DuplicatesPage.vue')},
  {path: '/merge', component: () => import('./MergeEntriesPage.vue')},
];

export const authoringLinks: NavLink[] = [
  {to: '/', text: 'authoring.nav.home', roles: []},
  {to: '/entries', text: 'authoring.nav.entries', roles: READERS},
  {to: '/queue', text: 'authoring.nav.queue', roles: READERS},
  {to: '/releases', text: 'authoring.nav.releases', roles: READERS},
  {to: '/recalls', text: 'authoring.nav.recalls', roles: READERS},
  {to: '/scan', text: 'authoring.nav.scan', roles: READERS},
];
