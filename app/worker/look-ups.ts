/** Small questions to a database: is the statement right, does the endpoint answer. Each has the limit of a look-up. */
import { AbortedError } from '../base/abort.ts';
import type { Connection } from '../drivers/driver.ts';
import { type Column, resolveColumnRoles } from '../model/column.ts';
import { type Endpoint, endpointLabel } from '../model/database.ts';
import { type Failure, failure, toFailure } from '../model/failure.ts';
import { withDeadline } from '../resilience/deadline.ts';
import { type AttemptPorts, connectionOf, endpointOf, withPlace } from './attempt.ts';
import { withCancelLadder } from './cancel-ladder.ts';
import { describedLists } from './list-parts.ts';
import type { CheckInput, CheckOutput, PingInput, PingOutput } from './protocol.ts';
import { replicaOf } from './replica.ts';
import { statementOf } from './spool-statements.ts';

/** Parses and describes a statement. What is wrong stands in the output. @throws AbortedError when cancelled */
export async function check(ports: AttemptPorts, input: CheckInput, signal: AbortSignal): Promise<CheckOutput> {
  const { database } = ports;
  const endpoint = endpointLabel(database.endpoint);
  try {
    return await lookUp(ports, database.endpoint, signal, async (connection, limited) => {
      const columns = await connection.describe(statementOf(input, database.zone, describedLists(input.lists)), limited);
      return { endpoint, ...versionOf(connection), ...rolesOf(columns, input) };
    });
  } catch (error) {
    return { endpoint, columns: [], failure: failureOf(error, 'check', database.policy.checkTimeoutMs) };
  }
}

/** Asks an endpoint for a sign of life, and where it can be asked, whether it is a standby and how far behind. @throws AbortedError when cancelled */
export async function ping(ports: AttemptPorts, input: PingInput, signal: AbortSignal): Promise<PingOutput> {
  const { database, clock } = ports;
  const endpoint = endpointOf(database, input.endpoint);
  const begin = clock.monotonicMs();
  try {
    return await lookUp(ports, endpoint, signal, async (connection, limited) => {
      await connection.ping(limited);
      const latencyMs = clock.monotonicMs() - begin;
      const replica = await replicaOf(connection, input.endpoint, clock, limited);
      return { endpoint: endpointLabel(endpoint), latencyMs, ...(replica === undefined ? {} : { replica }) };
    });
  } catch (error) {
    return { endpoint: endpointLabel(endpoint), failure: failureOf(error, 'ping', database.policy.checkTimeoutMs) };
  }
}

function lookUp<T>(
  ports: AttemptPorts,
  endpoint: Endpoint,
  signal: AbortSignal,
  question: (connection: Connection, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { database, clock, ladder } = ports;
  return withPlace(ports, signal, (used) =>
    withDeadline(
      clock,
      database.policy.checkTimeoutMs,
      'attempt',
      async (limited) => {
        const connection = await connectionOf(ports, used.place, { endpoint }, limited, () => undefined);
        used.connection = connection;
        return withCancelLadder(question(connection, limited), limited, {
          ...ladder,
          what: 'statement',
          cut: () => connection.close('drop'),
        });
      },
      signal,
    ),
  );
}

/** @throws AbortedError where a person or the end of the program has ended it */
function failureOf(error: unknown, what: 'check' | 'ping', limitMs: number): Failure {
  if (!(error instanceof AbortedError)) return toFailure(error);
  if (error.reason.kind !== 'timeout') throw error;
  return failure('query.timeout', { message: `The ${what} did not end within ${String(limitMs / 1000)} s.` });
}

function versionOf({ serverVersion }: Connection): Pick<CheckOutput, 'serverVersion'> {
  return serverVersion === undefined ? {} : { serverVersion };
}

/** The columns with their roles, or with the reason why those cannot be told. */
function rolesOf(columns: readonly Column[], input: CheckInput): Pick<CheckOutput, 'columns' | 'roles' | 'failure'> {
  if (!input.needsRoles) return { columns };
  try {
    return { columns, roles: resolveColumnRoles(columns, input) };
  } catch (error) {
    return { columns, failure: toFailure(error) };
  }
}
