// The difference of two texts as people read it: by characters, but without the crumbs that two different words share.
import {diffChars, diffWordsWithSpace} from 'diff';

export interface DiffPart {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

const LONG = 20_000; // characters: beyond it characters cost too much, words do
const CRUMB_MAX = 2;

interface Change {
  removed: string;
  added: string;
}

export function readableDiff(before: string, after: string): DiffPart[] {
  const raw = before.length + after.length > LONG ? diffWordsWithSpace(before, after) : diffChars(before, after);
  // Unchanged texts and changes take turns; what stands between two changes and is a crumb joins them.
  const turns: (string | Change)[] = [];
  for (const part of raw) {
    const last = turns.at(-1);
    if (!part.added && !part.removed) {
      turns.push(part.value);
      continue;
    }
    const change = typeof last === 'object' ? last : joinOverCrumb(turns);
    if (part.removed) change.removed += part.value;
    else change.added += part.value;
  }
  return turns.flatMap((turn): DiffPart[] => typeof turn === 'string' ? [{kind: 'same', text: turn}] : [
    ...(turn.removed ? [{kind: 'removed' as const, text: turn.removed}] : []),
    ...(turn.added ? [{kind: 'added' as const, text: turn.added}] : [])]);
}

// The change that a new one belongs to: the one before a crumb, or a change of its own.
function joinOverCrumb(turns: (string | Change)[]): Change {
  const [previous, crumb] = turns.slice(-2);
  if (typeof crumb === 'string' && typeof previous === 'object' && crumb.length <= CRUMB_MAX && !crumb.includes('\n')) {
    turns.pop();
    previous.removed += crumb;
    previous.added += crumb;
    return previous;
  }
  const fresh: Change = {removed: '', added: ''};
  turns.push(fresh);
  return fresh;
}
