// Ledgers, sheets, the loop, the audit and the administration.
import type {RouteRecordRaw} from 'vue-router';

export const deskRoutes: RouteRecordRaw[] = [];
