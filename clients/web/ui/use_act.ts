// The one write of a form that holds what is written: tried again, it is the same write until the form is opened anew.
import {useWrite} from './use_write';

export function useAct<Arguments extends unknown[], Result>(act: (requestId: string, ...args: Arguments) => Promise<Result>) {
  const {busy, problem, write, clear} = useWrite();
  return {
    busy, problem, clear,
    // Gives the result; undefined when it was refused or nobody knows (see `problem`).
    run: (...args: Arguments): Promise<Result | undefined> => write(args.map(String).join(' '), (requestId) => act(requestId, ...args)),
  };
}
