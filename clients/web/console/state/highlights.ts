// Texts with the parts that were asked for marked. Positions are code points, as the service counts.

export interface Piece {
  text: string;
  hit: boolean;
}

export interface Range {
  begin: number;
  end: number;
}

export function piecesOf(text: string, ranges: readonly Range[]): Piece[] {
  const points = [...text];
  const pieces: Piece[] = [];
  const add = (begin: number, end: number, hit: boolean) => {
    if (end > begin) pieces.push({text: points.slice(begin, end).join(''), hit});
  };
  let at = 0;
  for (const range of [...ranges].sort((a, b) => a.begin - b.begin)) {
    const begin = Math.max(at, range.begin);
    const end = Math.min(points.length, range.end);
    if (end <= begin) continue;
    add(at, begin, false);
    add(begin, end, true);
    at = end;
  }
  add(at, points.length, false);
  return pieces;
}
