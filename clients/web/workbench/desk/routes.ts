// Ledgers, sheets, the loop, the audit and the administration.
import type {RouteRecordRaw} from 'vue-router';

import type {NavLink} from '../links';

export const deskRoutes: RouteRecordRaw[] = [];

export const deskLinks: NavLink[] = [];
