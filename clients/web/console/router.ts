import {createRouter, createWebHistory} from 'vue-router';

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [{path: '/', name: 'home', component: () => import('./HomePage.vue')}],
});
