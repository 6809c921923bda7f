// Who has use of what: the table of docs/access.md, for what is offered. The services decide.
import {Role} from '@/gen/hotline/identity/v1/identity_pb';
import {currentSession, READERS} from '@/lib/session';

const {VIEWER, EDITOR, REVIEWER, PUBLISHER, DEPARTMENT_ADMIN, AUDITOR, SYSTEM_ADMIN} = Role;

// Whether the person reads the entries of every place: else a list of hits may be shorter than the truth.
export const readsEverywhere = () => (currentSession.self?.grants ?? []).some((grant) =>
  readsEntries.some((role) => role === grant.role) && !grant.department && !grant.region && !grant.category);

export const readsEntries = READERS;
export const keepsLedgers = [DEPARTMENT_ADMIN] as const;
export const keepsTerms = [PUBLISHER, DEPARTMENT_ADMIN] as const;
export const writesEntries = [EDITOR] as const;
export const closesCases = [EDITOR, PUBLISHER] as const;
export const assignsGaps = [PUBLISHER, REVIEWER, DEPARTMENT_ADMIN] as const;
export const marksEvents = [PUBLISHER, DEPARTMENT_ADMIN] as const;
export const exports = [PUBLISHER, AUDITOR] as const;
export const readsAudit = [AUDITOR] as const;
export const managesPeople = [SYSTEM_ADMIN, DEPARTMENT_ADMIN] as const;
export const readsPeople = [SYSTEM_ADMIN, DEPARTMENT_ADMIN, AUDITOR] as const;
export const managesAccounts = [SYSTEM_ADMIN] as const;
export const readsAccounts = [SYSTEM_ADMIN, AUDITOR] as const;
export const signedIn = [VIEWER, Role.AGENT, EDITOR, REVIEWER, PUBLISHER, DEPARTMENT_ADMIN, AUDITOR, SYSTEM_ADMIN] as const;
