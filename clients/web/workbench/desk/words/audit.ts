import type {Pairs} from './pairs';

export const audit: Pairs = {};
