// What to offer to whom, by the table of docs/access.md. The services decide; this only keeps useless buttons away.
import {Role} from '@/gen/hotline/identity/v1/identity_pb';
import {currentSession, hasRole, READERS} from '@/lib/session';

export const may = {
  read: () => hasRole(...READERS),
  write: () => hasRole(Role.EDITOR),
  review: () => hasRole(Role.REVIEWER),
  publish: () => hasRole(Role.PUBLISHER),
  comment: () => hasRole(Role.EDITOR, Role.REVIEWER, Role.PUBLISHER),
  propose: () => hasRole(Role.EDITOR, Role.PUBLISHER),
  exportAll: () => hasRole(Role.PUBLISHER, Role.AUDITOR),
  merge: () => hasRole(Role.PUBLISHER, Role.DEPARTMENT_ADMIN),
  closeTask: () => hasRole(Role.EDITOR, Role.REVIEWER, Role.PUBLISHER, Role.DEPARTMENT_ADMIN),
};

export const self = () => currentSession.self?.name ?? '';

// People who lent me a role: I act for one of them.
export function lendersOf(role: Role): string[] {
  const lent = (currentSession.self?.grants ?? []).filter((grant) => grant.role === role && grant.delegator !== '');
  return [...new Set(lent.map((grant) => grant.delegator))];
}
