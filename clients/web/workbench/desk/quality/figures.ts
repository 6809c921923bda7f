// The figures of a report that screens show, in the order of their columns.
import type {DepartmentQuality} from '@/gen/hotline/insight/v1/quality_pb';

export const FAULTS = {
  misfiled: 'misfiledCount', duplicate: 'duplicateCount', wording: 'wordingCount', outdated: 'outdatedCount', notKnowledge: 'notKnowledgeCount',
  incomplete: 'incompleteCount', contradiction: 'contradictionCount', neverFound: 'neverFoundCount', useless: 'uselessCount',
  overdueGaps: 'overdueGapCount', overdueCorrections: 'overdueCorrectionCount',
} as const satisfies Record<string, keyof DepartmentQuality>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export const faultCount = (row: DepartmentQuality, name: FaultName) => Number(row[FAULTS[name]]);
// The five classes of inspections.
export const inspected = (row: DepartmentQuality) =>
  ['misfiled', 'duplicate', 'wording', 'outdated', 'notKnowledge'].reduce((sum, name) => sum + faultCount(row, name as FaultName), 0);
export const percent = (part: number, whole: number) => whole > 0 ? Math.round(part / whole * 1000) / 10 : 0;
