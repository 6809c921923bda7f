// The service's messages as JSON, as far as the widget reads them (proto/hotline/answer/v1, proto/hotline/insight/v1).
// int64 comes as text; a field that has its default is absent.

export type Language = 'ZH_CN' | 'ZH_TW' | 'EN';

export interface Freshness {
  kbRevision?: string;
  consistencyToken?: string;
  logTime?: string;
  stale?: boolean;
}

export interface Validity {
  effectiveTime?: string;
  expireTime?: string;
}

export interface Owner {
  displayName?: string;
  phone?: string;
}

export interface PolicyBasis {
  title?: string;
  documentNumber?: string;
  url?: string;
  status?: string;
}

export interface Answer {
  entry: string;
  revision?: string;
  kbRevision?: string;
  contentHash?: string;
  validity?: Validity;
  owner?: Owner;
  basis?: PolicyBasis[];
  question?: string;
  html?: string;
  shortAnswer?: string;
  region?: string;
  regionNote?: string;
  translationMissing?: boolean;
  publishTime?: string;
  sample?: boolean;
  suspect?: boolean;
  held?: boolean;
  suspectReason?: string;
}

export interface Hit {
  entry: string;
  question?: string;
  region?: string;
  departmentDisplayName?: string;
  distinction?: string;
}

export interface Referral {
  message?: string;
  owner?: Owner;
  phone?: string;
}

export interface AskReply {
  outcome?: 'ANSWERED' | 'CHOICES' | 'NOT_KNOWN';
  answer?: Answer;
  choices?: Hit[];
  referral?: Referral;
  freshness?: Freshness;
}

export interface AnswerReply {
  answer?: Answer;
  freshness?: Freshness;
}

export interface Suggestion {
  entry: string;
  text?: string;
}

export interface WatchEvent {
  event?: 'CURRENT' | 'CHANGED' | 'WITHDRAWN' | 'HEARTBEAT' | 'RESET';
  name?: string;
  answer?: Answer;
  kbRevision?: string;
  withdrawalReason?: string;
  freshness?: Freshness;
}

export interface HotQuestion {
  entry: string;
  question?: string;
}

export const FAULTS = ['WRONG', 'OUTDATED', 'INCOMPLETE', 'UNCLEAR', 'BROKEN_CONTACT', 'OTHER'] as const;
export type Fault = (typeof FAULTS)[number];

export interface CorrectionReply {
  code?: string;
  dueTime?: string;
}

export interface CorrectionStatus {
  code?: string;
  state?: 'OPEN' | 'CORRECTED' | 'REJECTED';
  dueTime?: string;
  reply?: string;
  createTime?: string;
  closeTime?: string;
}

export interface Receipt {
  entry?: string;
  revision?: string;
  kbRevision?: string;
  giveTime?: string;
}

export interface ReceiptReply {
  receipt?: Receipt;
  code?: string;
}

export interface ResolvedReceipt extends ReceiptReply {
  said?: {question?: string; text?: string; owner?: string};
  verified?: boolean;
  standing?: 'CURRENT' | 'SUPERSEDED' | 'RECALLED' | 'WITHDRAWN';
}
