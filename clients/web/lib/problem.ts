// What went wrong, as a screen needs it: a stable reason to decide by, a sentence to show.
import {Code, ConnectError} from '@connectrpc/connect';

import {ErrorInfoSchema} from '@/gen/google/rpc/error_details_pb';

import {withFieldName} from './field_names';

export interface Problem {
  // Reason of proto/hotline/type/v1/error_reason.proto; 'OFFLINE' when no service was reached; '' when none was given.
  reason: string;
  code: Code;
  // For people: the service's own sentence.
  sentence: string;
  metadata: Record<string, string>;
  // The same call may succeed later.
  passing: boolean;
  // The result of a write is not known: repeat it with the same request_id.
  unknownOutcome: boolean;
}

const PASSING = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.ResourceExhausted]);

export function problemOf(cause: unknown): Problem {
  const error = ConnectError.from(cause);
  const info = error.findDetails(ErrorInfoSchema)[0];
  const reason = info?.reason ?? (isOffline(cause, error) ? 'OFFLINE' : '');
  return {
    reason,
    code: reason === 'OFFLINE' ? Code.Unavailable : error.code,
    sentence: reason === 'OFFLINE' ? '' : withFieldName(error.rawMessage, info?.metadata['field'] ?? ''),
    metadata: info?.metadata ?? {},
    passing: reason === 'OFFLINE' || PASSING.has(error.code),
    unknownOutcome: reason === 'WRITE_OUTCOME_UNKNOWN' || error.code === Code.DeadlineExceeded || reason === 'OFFLINE',
  };
}

// fetch rejects with a TypeError when there is no connection; a proxy in between answers with a page.
function isOffline(cause: unknown, error: ConnectError): boolean {
  return cause instanceof TypeError || error.cause instanceof TypeError ||
    (error.code === Code.Unavailable && error.details.length === 0);
}

export function isAborted(cause: unknown): boolean {
  return (cause instanceof DOMException && cause.name === 'AbortError') || ConnectError.from(cause).code === Code.Canceled;
}
