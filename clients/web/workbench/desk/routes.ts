// Ledgers, sheets, the loop, the audit and the administration.
import type {RouteRecordRaw} from 'vue-router';

import {hasRole} from '@/lib/session';

import type {NavLink} from '../links';
import {groups, pathOf, type Group} from './screens';

// A group opens at the first of its screens that the person has use of.
function firstOf(group: Group): string {
  return pathOf(group, group.screens.find((screen) => hasRole(...screen.roles)) ?? group.screens[0]!);
}

export const deskRoutes: RouteRecordRaw[] = groups.map((group) => ({
  path: `/${group.name}`,
  component: () => import('./DeskFrame.vue'),
  props: {group},
  redirect: () => firstOf(group),
  children: group.screens.map((screen) => ({path: screen.name, name: `${group.name}.${screen.name}`, component: screen.load})),
}));

export const deskLinks: NavLink[] = groups.map((group) => ({
  to: `/${group.name}`,
  text: `desk.groups.${group.name}`,
  roles: [...new Set(group.screens.flatMap((screen) => [...screen.roles]))],
}));
