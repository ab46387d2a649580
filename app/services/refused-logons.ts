/** Which databases refuse the account, by what this program and others have seen of their endpoints. */
import { type Failure, failure } from '../model/failure.ts';
import type { EndpointRecord } from './health-file.ts';

/**
 * The newest refusal of a database's account that nobody has seen mended since. `records`: what this program and others know of its
 * endpoints, which all know the same account.
 */
export function refusalOf(records: readonly EndpointRecord[]): Failure | undefined {
  // A query that was sent before the refusal and answered after it proves nothing.
  const provenMs = Math.max(0, ...records.map(({ answeredSinceMs = 0 }) => answeredSinceMs));
  return records.filter(({ refusedMs = 0 }) => refusedMs > provenMs).sort((a, b) => (b.refusedMs ?? 0) - (a.refusedMs ?? 0))[0]?.refusal;
}

/** What is told of it where no person asks. */
export function untilAPersonAsks({ code, message, vendorCode }: Failure): Failure {
  return failure(code, {
    message: `${message} Until somebody has mended that no schedule logs on, for it would lock the account.`,
    action: 'Mend the account or its password, then check the databases or run an analysis by hand: a logon that succeeds ends this.',
    ...(vendorCode === undefined ? {} : { vendorCode }),
  });
}
