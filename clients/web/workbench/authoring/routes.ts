// Writing, reviewing, releasing.
import type {RouteRecordRaw} from 'vue-router';

import type {NavLink} from '../links';

export const authoringRoutes: RouteRecordRaw[] = [
  {path: '/', name: 'home', component: () => import('./HomePage.vue')},
];

export const authoringLinks: NavLink[] = [
  {to: '/', text: 'authoring.nav.home', roles: []},
];
