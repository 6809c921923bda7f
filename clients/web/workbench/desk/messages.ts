// Words of ledgers, sheets, the loop, the audit and the administration: everything below `desk`.
import {admin} from './words/admin';
import {audit} from './words/audit';
import {frame} from './words/frame';
import {ledgers} from './words/ledgers';
import {loop} from './words/loop';
import {wordsOf, type Pairs} from './words/pairs';
import {quality} from './words/quality';
import {sheets} from './words/sheets';

const pairs: Pairs = {...frame, ledgers, loop, quality, audit, admin, sheets};

export const zh = {desk: wordsOf(pairs, 0)};
export const en = {desk: wordsOf(pairs, 1)};
