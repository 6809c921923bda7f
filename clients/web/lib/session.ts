// Who uses this page. The session itself is a cookie that scripts cannot read.
import {createClient} from '@connectrpc/connect';
import {Code} from '@connectrpc/connect';
import {computed, reactive, readonly} from 'vue';

import {IdentityService} from '@/gen/hotline/identity/v1/identity_service_pb';
import {Role, type Principal} from '@/gen/hotline/identity/v1/identity_pb';

import {clientOf, sessionTransport} from './calls';
import {problemOf, type Problem} from './problem';

type State = 'unknown' | 'out' | 'in';

const session = reactive({state: 'unknown' as State, self: null as Principal | null, problem: null as Problem | null});

export const currentSession = readonly(session);

const identity = () => clientOf(IdentityService);

// The cookie cannot be seen from here. Where nobody signed in there is nothing to ask about, and a question without a session
// would be a refusal in the audit each time a page is opened.
const SIGNED_IN = 'koujing.signed-in';

function enter(self: Principal | undefined): void {
  session.self = self ?? null;
  session.state = self ? 'in' : 'out';
  session.problem = null;
  if (self) localStorage.setItem(SIGNED_IN, 'yes');
  else localStorage.removeItem(SIGNED_IN);
}

// Finds out whether the browser has a session; `problem` is set when nobody could be asked.
export async function findSession(): Promise<void> {
  if (!localStorage.getItem(SIGNED_IN)) return enter(undefined);
  try {
    enter(await createClient(IdentityService, sessionTransport()).getSelf({}));
  } catch (cause) {
    const problem = problemOf(cause);
    if (problem.code === Code.Unauthenticated) return enter(undefined);
    session.problem = problem;
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  enter((await identity().signIn({login, password})).principal);
}

export async function changePassword(password: string, newPassword: string): Promise<void> {
  enter((await identity().changePassword({password, newPassword})).principal);
}

export async function signOut(): Promise<void> {
  try {
    await identity().signOut({});
  } finally {
    enter(undefined);
  }
}

const RENEW_MS = 5 * 60_000; // well below access.session_idle_min
const SIGNS_OF_USE = ['keydown', 'pointerdown', 'wheel'] as const;

// While somebody uses the page, its session does not end: a session is idle when the person is, not when no call is made.
// Gives the function that stops it.
export function keepSession(): () => void {
  let used = false;
  const note = () => { used = true; };
  const renew = async () => {
    if (!used || session.state !== 'in') return;
    used = false;
    try {
      await identity().refreshSession({});
    } catch (cause) {
      if (problemOf(cause).code === Code.Unauthenticated) return enter(undefined);
      used = true; // not reached: the next time
    }
  };
  const timer = setInterval(() => void renew(), RENEW_MS);
  for (const sign of SIGNS_OF_USE) addEventListener(sign, note, {passive: true, capture: true});
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS_OF_USE) removeEventListener(sign, note, {capture: true});
  };
}

// Called by whoever meets UNAUTHENTICATED: the session ended meanwhile.
export function sessionEnded(): void {
  enter(undefined);
}

// Who reads entries that are not public, by the table of docs/access.md.
export const READERS = [Role.VIEWER, Role.EDITOR, Role.REVIEWER, Role.PUBLISHER, Role.DEPARTMENT_ADMIN, Role.AUDITOR] as const;

const roles = computed(() => new Set((session.self?.grants ?? []).map((grant) => grant.role)));

// Whether the person has one of the roles anywhere. Only for what to offer: the services decide.
export function hasRole(...wanted: Role[]): boolean {
  return wanted.some((role) => roles.value.has(role));
}
