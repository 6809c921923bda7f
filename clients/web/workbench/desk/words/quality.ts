import type {Pairs} from './pairs';

export const quality: Pairs = {};
