// One row of the list, wherever it came from: a search, a suggestion, the transcript, what was used before.
import {Highlight_Field as Field, RegionMatch, type Highlight, type SearchHit} from '@/gen/hotline/answer/v1/answer_pb';
import type {SuggestResponse_Suggestion as Suggestion} from '@/gen/hotline/answer/v1/answer_service_pb';
import {EntryKind} from '@/gen/hotline/knowledge/v1/entry_pb';

import {piecesOf, type Piece} from './highlights';

export interface Found {
  entry: string;
  question: Piece[];
  matched: Piece[]; // the wording that was found, where it is another one
  snippet: Piece[];
  region: string;
  inherited: boolean;
  category: string;
  department: string;
  kind: EntryKind;
  sample: boolean;
  hash: string; // of the text that was found; '' = not told
  // What happened to it since it was listed.
  change?: 'changed' | 'withdrawn';
}

const rangesOf = (highlights: readonly Highlight[], field: Field) => highlights.filter((one) => one.field === field);

export const plainPieces = (text: string): Piece[] => text ? [{text, hit: false}] : [];

export const textOf = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join('');

export function foundOfHit(hit: SearchHit): Found {
  const other = hit.matchedQuestion !== hit.question ? hit.matchedQuestion : '';
  return {
    entry: hit.entry,
    question: piecesOf(hit.question, rangesOf(hit.highlights, Field.QUESTION)),
    matched: piecesOf(other, rangesOf(hit.highlights, Field.MATCHED_QUESTION)),
    snippet: piecesOf(hit.snippet, rangesOf(hit.highlights, Field.SNIPPET)),
    region: hit.region, inherited: hit.regionMatch === RegionMatch.INHERITED,
    category: hit.category, department: hit.departmentDisplayName, kind: hit.kind, sample: hit.sample, hash: hit.contentHash,
  };
}

export function foundOfSuggestion(suggestion: Suggestion): Found {
  const other = suggestion.text !== suggestion.question;
  const marked = piecesOf(suggestion.text, suggestion.highlights);
  return {
    entry: suggestion.entry,
    question: other ? plainPieces(suggestion.question) : marked, matched: other ? marked : [], snippet: [],
    region: suggestion.region, inherited: false, category: '', department: '',
    kind: EntryKind.ENTRY_KIND_UNSPECIFIED, sample: false, hash: '',
  };
}

export function foundOfQuestion(entry: string, question: string, region = ''): Found {
  return {entry, question: plainPieces(question), matched: [], snippet: [], region, inherited: false, category: '',
    department: '', kind: EntryKind.ENTRY_KIND_UNSPECIFIED, sample: false, hash: ''};
}

// Letters may be pinyin or initials: then completions come first. Otherwise what was found does, and completions that are
// not among it follow.
export function merged(typed: string, hits: Found[], suggestions: Found[]): Found[] {
  const spelled = /^[a-z' ]+$/i.test(typed);
  const byEntry = new Map<string, Found>();
  for (const one of spelled ? [...suggestions, ...hits] : [...hits, ...suggestions]) {
    const known = byEntry.get(one.entry);
    // A hit tells more of the same entry than its completion does; the place stays.
    if (!known) byEntry.set(one.entry, one);
    else if (known.snippet.length === 0 && one.snippet.length > 0)
      byEntry.set(one.entry, {...one, matched: known.matched.length > 0 ? known.matched : one.matched});
  }
  return [...byEntry.values()];
}
