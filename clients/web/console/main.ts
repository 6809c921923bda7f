import {createApp} from 'vue';

import '@/ui/theme.css';
import {makeI18n} from '@/ui/i18n';

import App from './App.vue';
import {en, zh} from './messages';
import {router} from './router';

createApp(App).use(makeI18n({zh, en})).use(router).mount('#app');
