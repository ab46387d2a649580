/** When an endpoint itself is at fault. */
import { AbortedError, isOwnTimeout } from '../base/abort.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError } from '../model/failure.ts';

const codes: ReadonlySet<ErrorCode> = new Set([
  'db.unreachable',
  'db.unknown-host',
  'db.unknown-service',
  'db.connection-lost',
  'db.session-killed',
  'db.busy',
]);

/**
 * Whether another endpoint may do better: this one cannot be reached, broke, has no room or took too long. What a database says about an
 * account or a statement a standby would say too; a cancel says nothing about an endpoint.
 */
export function isEndpointFault(error: unknown): boolean {
  if (error instanceof AbortedError) return isOwnTimeout(error);
  return error instanceof CamError && codes.has(error.failure.code);
}
