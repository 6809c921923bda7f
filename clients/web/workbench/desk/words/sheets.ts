import type {Pairs} from './pairs';

export const sheets: Pairs = {};
