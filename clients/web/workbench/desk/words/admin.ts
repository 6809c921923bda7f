import type {Pairs} from './pairs';

export const admin: Pairs = {};
