// One act on many entries, one after the other: what went well, what was refused and why.
import {problemOf, type Problem} from '@/lib/problem';

export interface Outcome {
  name: string;
  problem: Problem | null;
}

// `said` is told after each one. Ends early when the service cannot be reached: the rest is reported as not done.
export async function forEach(names: readonly string[], act: (name: string) => Promise<unknown>,
  said: (done: number) => void = () => {}): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let gone: Problem | null = null;
  for (const name of names) {
    let problem: Problem | null = gone;
    if (!gone) {
      try {
        await act(name);
      } catch (cause) {
        problem = problemOf(cause);
        if (problem.reason === 'OFFLINE' || problem.reason === 'SIGN_IN_REQUIRED') gone = problem;
      }
    }
    outcomes.push({name, problem});
    said(outcomes.length);
  }
  return outcomes;
}
