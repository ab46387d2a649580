/** Which databases refuse the account, by what this program and others have seen of their endpoints. */
import { type Failure, failure } from '../model/failure.ts';
import type { EndpointRecord } from './health-file.ts';

/** The newest refusal of a database that no program has seen mended; `kept`: what stands in the file. */
export function refusalOf(own: readonly EndpointRecord[], kept: readonly EndpointRecord[]): Failure | undefined {
  // What this program has seen itself has ended its refusal already, or was no proof.
  const ownSuccesses = new Set(own.map(({ lastSuccessMs }) => lastSuccessMs));
  const foreign = kept.filter(({ lastSuccessMs }) => !ownSuccesses.has(lastSuccessMs));
  const standing = [...standingAfter(own, foreign), ...standingAfter(kept, own)];
  return standing.sort((a, b) => (b.refusedMs ?? 0) - (a.refusedMs ?? 0))[0]?.refusal;
}

function standingAfter(records: readonly EndpointRecord[], others: readonly EndpointRecord[]): readonly EndpointRecord[] {
  const lastSuccessMs = Math.max(...others.map((other) => other.lastSuccessMs ?? 0), 0);
  return records.filter(({ refusedMs = 0 }) => refusedMs > lastSuccessMs);
}

/** What is told of it where no person asks. */
export function untilAPersonAsks({ code, message, vendorCode }: Failure): Failure {
  return failure(code, {
    message: `${message} Until somebody has mended that no schedule logs on, for it would lock the account.`,
    action: 'Mend the account or its password, then check the databases or run an analysis by hand: a logon that succeeds ends this.',
    ...(vendorCode === undefined ? {} : { vendorCode }),
  });
}
