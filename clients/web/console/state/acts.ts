// How a part of the page asks for what a key does.
import type {InjectionKey} from 'vue';

import type {CommandId} from './keys';

export const ACT: InjectionKey<(command: CommandId) => void> = Symbol('act');
export const OPEN: InjectionKey<(entry: string) => void> = Symbol('open');
