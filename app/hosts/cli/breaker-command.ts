/** `cam breaker`: which endpoints are left alone, and closing their breakers by hand. */
import { CamError, failure } from '../../model/failure.ts';
import type { EndpointStatus } from '../../model/health.ts';
import { formatInZone } from '../../model/zoned-time.ts';
import type { CamClient } from '../../contract/methods.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { inProcessClient } from './in-process-client.ts';
import { reportProblems } from './problems.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Options of `cam breaker`. */
export interface BreakerOptions extends Omit<CoreOptions, 'host'> {
  readonly json?: boolean;
}

/** What is to be closed: all endpoints of a database, or one of them. */
interface BreakersToClose {
  readonly database: string;
  readonly endpoint?: string;
}

/** Closes what is asked for, then prints every endpoint. A program that runs over the same data folder hears of it. */
export async function breakerCommand(close: BreakersToClose | undefined, options: BreakerOptions, terminal: Terminal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const { problems } = app.config.view();
    if (problems.length > 0) return reportProblems(problems, terminal, options.json === true);
    const client = inProcessClient(app);
    if (close !== undefined) for (const told of await closeBreakers(client, close)) terminal.err(`${told}\n`);
    const endpoints = await client.call('health.get', {});
    const { zone } = app.config.current().settings;
    terminal.out(options.json === true ? `${JSON.stringify(endpoints, null, 2)}\n` : endpointTable(endpoints, zone));
    return exitCodes.complete;
  } finally {
    await app.close();
  }
}

/** @throws CamError `request.invalid` for a database or an endpoint that is not configured */
async function closeBreakers(client: CamClient, { database, endpoint }: BreakersToClose): Promise<readonly string[]> {
  const endpoints = await client.call('health.get', {});
  const own = endpoints.filter((each) => each.database === database);
  if (own.length === 0) throw unknown(`No database ${database} is configured.`, [...new Set(endpoints.map((each) => each.database))]);
  const meant = endpoint === undefined ? own : own.filter((each) => each.endpoint === endpoint);
  if (meant.length === 0)
    throw unknown(
      `${database} has no endpoint ${endpoint ?? ''}.`,
      own.map((each) => each.endpoint),
    );
  // What seems closed here may be open in a program that runs: it is closed there too.
  for (const each of meant) await client.call('health.closeBreaker', { database, endpoint: each.endpoint });
  return meant.map((each) => {
    const before = each.breaker === 'closed' ? 'was not left alone as far as is known here' : `was ${each.breaker}`;
    return `${database}, ${each.endpoint}: ${before}, is closed now, and is asked again by the next attempt.`;
  });
}

function unknown(message: string, choices: readonly string[]): CamError {
  return new CamError(failure('request.invalid', { message, action: `Choose from: ${choices.join(', ')}.` }));
}

function endpointTable(endpoints: readonly EndpointStatus[], zone: string): string {
  const time = (instant: string | undefined): string | null =>
    instant === undefined ? null : `${formatInZone(instant, zone).slice(0, 19)} ${zone}`;
  return textTable(
    ['database', 'endpoint', 'breaker', 'failures in a row', 'tried again', 'last success', 'last failure'],
    endpoints.map(({ database, endpoint, breaker, failures, openUntil, lastSuccessAt, lastFailureAt, lastFailure }) => [
      ...[database, endpoint, breaker, String(failures), time(openUntil), time(lastSuccessAt)],
      lastFailureAt === undefined ? null : `${time(lastFailureAt) ?? ''} ${lastFailure?.vendorCode ?? lastFailure?.code ?? ''}`.trim(),
    ]),
  );
}
