import {expect, test} from 'vitest';

import {decodeText, readCsv, writeCsv} from './csv';
import {headingRow, LEFT_OUT, readSheet, remade, targetOf} from './sheet_table';

test('CSV comes back as it went, commas, quotes, line feeds and formulas included', () => {
  const rows = [['标题', '内容'], ['a,b', 'say "hi"\nthen'], ['=1+1', '-5'], ['', '']];
  expect(readCsv(decodeText(new TextEncoder().encode(writeCsv(rows))))).toEqual(rows);
  expect(writeCsv([['=1+1']])).toContain("'=1+1");
});

test('a file in GB18030 is read as what it is', () => {
  const gb = new Uint8Array([0xb1, 0xea, 0xcc, 0xe2, 0x2c, 0xc4, 0xda, 0xc8, 0xdd, 0x0d, 0x0a]);
  expect(readCsv(decodeText(gb))).toEqual([['标题', '内容']]);
});

test('headings are known by their other names, with remarks and blanks', () => {
  expect(targetOf('标题 *（必填）')).toBe('标题');
  expect(targetOf('标准问')).toBe('标题');
  expect(targetOf('备注')).toBe('');
});

test('the heading is found below titles', () => {
  expect(headingRow([['信阳市报送表'], [], ['说明：请勿改动'], ['类目', '标题', '内容'], ['a', 'b', 'c']])).toBe(3);
});

test('a remade file has the columns that were chosen, and the rows behind the heading', () => {
  const rows = [['表'], ['问', '答', '备注'], ['q', 'a', 'x']];
  const csv = readCsv(decodeText(remade(rows, 1, ['标题', '内容', LEFT_OUT])));
  expect(csv).toEqual([['标题', '内容'], ['q', 'a']]);
});

// A ZIP archive of stored parts.
function zip(parts: Record<string, string>): Uint8Array<ArrayBuffer> {
  const utf8 = new TextEncoder();
  const chunks: number[] = [];
  const directory: number[] = [];
  const u16 = (n: number) => [n & 255, n >> 8 & 255];
  const u32 = (n: number) => [...u16(n & 0xffff), ...u16(n >>> 16)];
  for (const [name, text] of Object.entries(parts)) {
    const [path, data] = [utf8.encode(name), utf8.encode(text)];
    const sizes = [...u32(0), ...u32(data.length), ...u32(data.length), ...u16(path.length), ...u16(0)];
    directory.push(...u32(0x02014b50), ...u16(20), ...u16(20), ...u16(0), ...u16(0), ...u32(0), ...sizes, ...u16(0), ...u16(0), ...u16(0),
      ...u32(0), ...u32(chunks.length), ...path);
    chunks.push(...u32(0x04034b50), ...u16(20), ...u16(0), ...u16(0), ...u32(0), ...sizes, ...path, ...data);
  }
  const count = Object.keys(parts).length;
  return new Uint8Array([...chunks, ...directory, ...u32(0x06054b50), ...u32(0), ...u16(count), ...u16(count), ...u32(directory.length),
    ...u32(chunks.length), ...u16(0)]);
}

test('an XLSX is shown as people see it: texts, dates, leading zeros, gaps', async () => {
  const file = zip({
    'xl/workbook.xml': '<workbook><sheets><sheet name="a" r:id="r7" xmlns:r="r"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="r7" Target="worksheets/one.xml"/></Relationships>',
    'xl/sharedStrings.xml': '<sst><si><t>标题</t></si><si><r><t>高龄</t></r><r><t>津贴</t></r><rPh><t>x</t></rPh></si></sst>',
    'xl/styles.xml': '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    'xl/worksheets/one.xml': '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>' +
      '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="C3" s="1"><v>46023</v></c><c r="D3" s="2"><v>755</v></c><c r="E3"><v>1.2E11</v></c></row>' +
      '</sheetData></worksheet>',
  });
  const sheet = await readSheet(new File([file], 'a.xlsx'));
  expect(sheet.rows).toEqual([['标题'], [], ['高龄津贴', '', '2026-01-01', '00755', '120000000000']]);
});

test('what is no archive is refused, not shown as rubbish', async () => {
  await expect(readSheet(new File(['PK\u0003\u0004 broken'], 'a.xlsx'))).rejects.toThrow();
});
