import {createRouter, createWebHistory} from 'vue-router';

import {authoringRoutes} from './authoring/routes';
import {deskRoutes} from './desk/routes';

export const router = createRouter({
  history: createWebHistory('/workbench/'),
  routes: [...authoringRoutes, ...deskRoutes, {path: '/:rest(.*)', redirect: '/'}],
});
