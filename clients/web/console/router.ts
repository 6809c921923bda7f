import {createRouter, createWebHistory} from 'vue-router';

// An open entry has an address, so the browser's own "back" leads to the one before. What was asked for has none: a
// question must not stand in histories.
const DeskPage = () => import('./pages/DeskPage.vue');

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    {path: '/', name: 'desk', component: DeskPage},
    {path: '/entries/:id', name: 'entry', component: DeskPage},
    {path: '/:rest(.*)', redirect: '/'},
  ],
});
