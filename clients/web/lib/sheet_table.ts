// A sheet that somebody delivers, before it is sent: its rows, which of them is the heading, and what each column is.
import {decodeText, readCsv, writeCsv} from './csv';
import {readXlsx} from './xlsx';

export interface Sheet {
  fileName: string;
  bytes: Uint8Array<ArrayBuffer>;
  xlsx: boolean;
  rows: string[][];
}

// The first heading of each column is the one that exports write; docs/import-format.md has what they mean.
export const HEADINGS: readonly (readonly string[])[] = [
  ['标题', '标准问', '问题', '词条标题', '知识标题'], ['内容', '正文', '答案', '知识内容', '答复口径', '标准答复口径'],
  ['类目', '分类', '类别', '知识分类'], ['材料性质', '知识类型', '类型'], ['发文单位', '承办单位', '责任单位', '报送单位', '所属部门'],
  ['关键字', '关键词'], ['相似问', '相似问法', '相似问题', '适用问题', '扩展问'], ['简短答复', '短信答复'], ['尺度提示', '内部提示'],
  ['区划', '区划代码', '行政区划'], ['生效时间', '生效日期'], ['失效时间', '失效日期'], ['有效期至', '有效期止'], ['复核时间', '复核日期', '下次复核'],
  ['公开范围'], ['渠道'], ['风险', '风险等级'], ['政策依据', '依据文件'], ['单位编号'], ['单位电话'], ['编号', '知识编号', '条目编号'],
  ['来源'], ['来源编号'], ['来源许可'], ['来源日期'], ['示例'], ['条件'], ['材料'], ['流程'], ['时限'], ['收费'], ['地点'], ['电话'], ['依据'],
  ['查询入口'], ['注意事项'],
];
export const TARGETS = HEADINGS.map((names) => names[0]!);

// As the service compares: without blanks, asterisks, colons and remarks in brackets.
const bare = (heading: string) => heading.replace(/[（(【[].*?[）)】\]]/g, '').replace(/[\s　*＊：:]/g, '');

const known = new Map(HEADINGS.flatMap((names) => names.map((name) => [name, names[0]!] as const)));

// The column that a heading names; '' when nobody knows it.
export function targetOf(heading: string): string {
  return known.get(bare(heading)) ?? '';
}

const HEADING_WITHIN = 10;

// The row that names a title and a text, else the one that names most; among the first rows with something in them.
export function headingRow(rows: readonly (readonly string[])[]): number {
  let best = 0;
  let most = -1;
  let seen = 0;
  for (let at = 0; at < rows.length && seen < HEADING_WITHIN; ++at) {
    const row = rows[at]!;
    if (!row.some((cell) => cell.trim())) continue;
    ++seen;
    const named = new Set(row.map(targetOf).filter(Boolean));
    const worth = named.size + (named.has('标题') && named.has('内容') ? TARGETS.length : 0);
    if (worth > most) [best, most] = [at, worth];
  }
  return best;
}

const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;

// Throws when the file cannot be read here.
export async function readSheet(file: File): Promise<Sheet> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const xlsx = isZip(bytes);
  return {fileName: file.name, bytes, xlsx, rows: xlsx ? await readXlsx(bytes) : readCsv(decodeText(bytes))};
}

// A column as it is sent: '' = as its heading stands, LEFT_OUT = not at all, else under this heading.
export const LEFT_OUT = '-';

export function remade(rows: readonly (readonly string[])[], heading: number, columns: readonly string[]): Uint8Array<ArrayBuffer> {
  const kept = columns.map((target, column) => ({target, column})).filter(({target}) => target !== LEFT_OUT);
  const head = kept.map(({target, column}) => target || (rows[heading]?.[column] ?? ''));
  const body = rows.slice(heading + 1).map((row) => kept.map(({column}) => row[column] ?? ''));
  return new TextEncoder().encode(writeCsv([head, ...body]));
}
