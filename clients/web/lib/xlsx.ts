// The first sheet of an XLSX file as people see it: text, numbers without exponent, dates as days. For showing and mending
// before an import; what the service reads is the file itself, or the CSV made of this.
import {ZipFile} from './zip';

const DAY_MS = 86_400_000;
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
const ROWS_MAX = 200_000;
const COLUMNS_MAX = 64;

function parse(xml: string): Document {
  if (/<!DOCTYPE/i.test(xml)) throw new RangeError('a document type is not allowed');
  return new DOMParser().parseFromString(xml, 'application/xml');
}

const all = (node: Document | Element, tag: string) => Array.from(node.getElementsByTagName(tag));

function pathOf(target: string): string {
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

// The text of a string: all its runs, without the reading aids of phonetics.
function textOf(node: Element): string {
  return all(node, 't').filter((t) => t.parentElement?.tagName !== 'rPh').map((t) => t.textContent ?? '').join('');
}

type Say = (raw: string) => string;

function plainNumber(raw: string): string {
  if (!/e/i.test(raw)) return raw;
  return Number(raw).toLocaleString('en-US', {useGrouping: false, maximumFractionDigits: 20});
}

function dayOf(raw: string, epoch: number): string {
  const date = new Date(epoch + Math.round(Number(raw) * DAY_MS / 1000) * 1000);
  if (Number.isNaN(date.getTime())) return raw;
  const iso = date.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ');
}

const isDateFormat = (id: number, code: string | undefined) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) ||
  (code !== undefined && /[ymdh]/i.test(code.replace(/\[[^\]]*\]|"[^"]*"|\\./g, '')));

// How each style says a number.
function stylesOf(styles: Document | null, epoch: number): Say[] {
  if (!styles) return [];
  const codes = new Map(all(styles, 'numFmt').map((format) => [Number(format.getAttribute('numFmtId')), format.getAttribute('formatCode') ?? '']));
  const list = all(styles, 'cellXfs')[0];
  return list ? all(list, 'xf').map((xf) => {
    const id = Number(xf.getAttribute('numFmtId') ?? 0);
    const code = codes.get(id);
    if (isDateFormat(id, code)) return (raw: string) => dayOf(raw, epoch);
    if (code && /^0+$/.test(code)) return (raw: string) => plainNumber(raw).padStart(code.length, '0');
    return plainNumber;
  }) : [];
}

function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference.replace(/[^A-Z]/g, '')) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function cellText(cell: Element, strings: string[], say: Say[]): string {
  const type = cell.getAttribute('t') ?? 'n';
  if (type === 'inlineStr') return textOf(cell);
  const raw = all(cell, 'v')[0]?.textContent ?? '';
  if (type === 's') return strings[Number(raw)] ?? '';
  if (type === 'b') return raw === '1' ? 'TRUE' : 'FALSE';
  if (type !== 'n' || raw === '') return raw;
  return (say[Number(cell.getAttribute('s') ?? 0)] ?? plainNumber)(raw);
}

// Row i of the result is row i + 1 of the sheet. Throws when it is no XLSX.
export async function readXlsx(bytes: Uint8Array): Promise<string[][]> {
  const zip = new ZipFile(bytes);
  const optional = async (name: string) => zip.has(name) ? parse(await zip.text(name)) : null;
  const book = parse(await zip.text('xl/workbook.xml'));
  const links = await optional('xl/_rels/workbook.xml.rels');
  const first = all(book, 'sheet')[0];
  const id = first?.getAttribute('r:id');
  const target = links && all(links, 'Relationship').find((link) => link.getAttribute('Id') === id)?.getAttribute('Target');
  const sheet = parse(await zip.text(target ? pathOf(target) : 'xl/worksheets/sheet1.xml'));
  const shared = await optional('xl/sharedStrings.xml');
  const strings = shared ? all(shared, 'si').map(textOf) : [];
  const old = /^(1|true)$/.test(all(book, 'workbookPr')[0]?.getAttribute('date1904') ?? '');
  const say = stylesOf(await optional('xl/styles.xml'), old ? EPOCH_1904 : EPOCH_1900);
  const rows: string[][] = [];
  for (const row of all(sheet, 'row')) {
    const at = Number(row.getAttribute('r') ?? rows.length + 1) - 1;
    if (!(at >= rows.length) || at >= ROWS_MAX) throw new RangeError('rows are out of order or too many');
    while (rows.length < at) rows.push([]);
    const cells: string[] = [];
    for (const cell of all(row, 'c')) {
      const reference = cell.getAttribute('r');
      const column = reference ? columnOf(reference) : cells.length;
      if (column >= COLUMNS_MAX || column < 0) continue;
      while (cells.length < column) cells.push('');
      cells[column] = cellText(cell, strings, say);
    }
    rows.push(cells);
  }
  return rows;
}
