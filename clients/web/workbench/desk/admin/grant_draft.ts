// A grant as its form has it, and back.
import type {Grant, Role} from '@/gen/hotline/identity/v1/identity_pb';
import {endOfDay, lastDayField} from '@/lib/spans';

export interface GrantDraft {
  key: number;
  role: string;
  department: string;
  region: string;
  category: string;
  last: string;
  delegator: string;
}

let keys = 0;

export const blankGrant = (): GrantDraft => ({key: keys++, role: '', department: '', region: '', category: '', last: '', delegator: ''});

export const draftOfGrant = (grant: Grant): GrantDraft => ({key: keys++, role: String(grant.role), department: grant.department,
  region: grant.region, category: grant.category, last: lastDayField(grant.expireTime), delegator: grant.delegator});

export const grantOf = (draft: GrantDraft) => ({role: Number(draft.role) as Role, department: draft.department, region: draft.region,
  category: draft.category, expireTime: endOfDay(draft.last), delegator: draft.delegator});
