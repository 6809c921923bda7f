// One passage of a sheet through the import: progress, totals, and the file of refused rows.
import {SheetFormat, SheetService, type ImportSheetResponse} from '@/gen/hotline/knowledge/v1/sheet_service_pb';
import {fileClientOf} from '@/lib/calls';
import {part} from '@/lib/download';

export interface ImportSettings {
  fileName: string;
  bytes: Uint8Array;
  xlsx: boolean;
  defaultRegion: string;
  defaultDepartment: string;
  validateOnly: boolean;
}

export interface ImportOutcome {
  totals: ImportSheetResponse;
  refusedFile: BlobPart[];
  xlsx: boolean;
}

export async function runImport(settings: ImportSettings, signal: AbortSignal, progress: (rows: bigint) => void): Promise<ImportOutcome> {
  const {bytes, xlsx, ...first} = settings;
  const refusedFile: BlobPart[] = [];
  const replies = fileClientOf(SheetService).importWholeSheet(
    {...first, data: bytes, format: xlsx ? SheetFormat.XLSX : SheetFormat.CSV}, {signal});
  for await (const reply of replies) {
    progress(reply.rowCount);
    if (reply.refusedFile.length > 0) refusedFile.push(part(reply.refusedFile));
    if (reply.complete) return {totals: reply, refusedFile, xlsx};
  }
  throw new TypeError('the import ended without a result');
}
