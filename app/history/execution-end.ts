/** From how a source ended to what the history says of the end. A cancel, a timeout, a failure and a mistake stay apart. */
import { assertNever } from '../base/assert-never.ts';
import type { Failure } from '../model/failure.ts';
import type { Instant } from '../model/instant.ts';
import type { SourceOutcome } from '../model/run.ts';
import type { ExecutionRecord, ExecutionStatus } from './records.ts';

/** What the end of an execution adds to its record. */
export type ExecutionEnd = Pick<
  ExecutionRecord,
  | 'status'
  | 'executionTime'
  | 'totalRows'
  | 'returnedRows'
  | 'errorMessage'
  | 'errorType'
  | 'errorCode'
  | 'completedAt'
  | 'responseMetadata'
>;

/** While it runs. */
export const notEnded: ExecutionEnd = {
  status: null,
  executionTime: null,
  totalRows: null,
  returnedRows: null,
  errorMessage: null,
  errorType: null,
  errorCode: null,
  completedAt: null,
  responseMetadata: null,
};

/** The end that an outcome means; `executionTime` in seconds. */
export function endOf(outcome: SourceOutcome, at: Instant, executionTime: number | null): ExecutionEnd {
  const end = { ...notEnded, completedAt: at, executionTime };
  switch (outcome.kind) {
    case 'completed': {
      const { rows, bytes, nullIds, nullTimes, note, cachedFrom } = outcome;
      const responseMetadata = {
        ...{ bytes, nullIds, nullTimes },
        ...(note === undefined ? {} : { note }),
        ...(cachedFrom === undefined ? {} : { cachedFrom: { ...cachedFrom } }),
      };
      // An answer that is used again tells nothing about how long the query takes.
      const timed = cachedFrom === undefined ? end : { ...end, executionTime: null };
      return { ...timed, status: 'success', totalRows: rows, returnedRows: rows, responseMetadata };
    }
    case 'partial': {
      const { rows, bytes, nullIds, nullTimes, knownUntil } = outcome;
      const error = errorOf(outcome.failure);
      // How many there are in all nobody knows.
      const responseMetadata = { ...error.responseMetadata, bytes, nullIds, nullTimes, knownUntil };
      return { ...end, ...error, status: 'partial', returnedRows: rows, responseMetadata };
    }
    case 'budget': {
      const error = errorOf(outcome.failure);
      return { ...end, ...error, status: 'budget', responseMetadata: { ...error.responseMetadata, rowsDropped: outcome.rows } };
    }
    case 'cancelled':
      // A cancel is no error: it has a note, and no code to be counted by.
      return { ...end, status: 'cancelled', errorMessage: outcome.note, responseMetadata: { confirmed: outcome.confirmed } };
    case 'failed':
      return { ...end, ...errorOf(outcome.failure), status: statusOfFailure(outcome.failure) };
    case 'timeout':
    case 'skipped':
      return { ...end, ...errorOf(outcome.failure), status: outcome.kind };
    default:
      return assertNever(outcome);
  }
}

function errorOf(failure: Failure): Pick<ExecutionEnd, 'errorMessage' | 'errorType' | 'errorCode' | 'responseMetadata'> {
  return {
    errorMessage: failure.message,
    errorType: failure.code,
    errorCode: failure.vendorCode ?? failure.code,
    responseMetadata: { action: failure.action, ...(failure.detail === undefined ? {} : { detail: failure.detail }) },
  };
}

/** A known failure, or `error` where this program made a mistake or one of its processes died. */
export function statusOfFailure(failure: Failure): ExecutionStatus {
  switch (failure.code) {
    case 'internal':
    case 'worker.crashed':
    case 'worker.unresponsive':
    case 'engine.crashed':
    case 'engine.error':
      return 'error';
    case 'budget.exceeded':
      return 'budget';
    default:
      return 'failed';
  }
}
