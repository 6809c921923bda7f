// Writing, reviewing, releasing.
import type {RouteRecordRaw} from 'vue-router';

export const authoringRoutes: RouteRecordRaw[] = [
  {path: '/', name: 'home', component: () => import('./HomePage.vue')},
];
