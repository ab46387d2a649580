/** Compares the clients of two runs by their kept results, which are opened for it. */
import type { ClientChanges, ClientList } from '../model/client-changes.ts';
import { CamError, failure } from '../model/failure.ts';
import type { RunState } from '../model/run.ts';
import { coverageOf } from '../model/run-reducer.ts';
import type { TableRef } from '../model/table.ts';
import type { EngineService } from './engine-service.ts';
import type { RunService } from './run-service.ts';

/** What the comparison is made with. */
export interface ComparedRuns {
  readonly runs: Pick<RunService, 'open'>;
  readonly engine: Pick<EngineService, 'call'>;
}

const pageRows = 1000;
/** More clients are no list that anybody compares. */
const mostClients = 50_000;
const shown = 500;

/** Compares. @throws CamError `not.found` or `result.damaged` where a result cannot be opened; `request.invalid` for too many clients */
export async function clientChanges(
  parts: ComparedRuns,
  { runId, previousRunId }: { readonly runId: string; readonly previousRunId: string },
): Promise<ClientChanges> {
  const previous = await parts.runs.open(previousRunId);
  const before = await clientsOf(parts, previous.state, { kind: 'confirmed' });
  const now = await parts.runs.open(runId);
  const confirmed = await clientsOf(parts, now.state, { kind: 'confirmed' });
  const undetermined = await clientsOf(parts, now.state, { kind: 'undetermined' });
  const lost = [...before].filter((client) => !confirmed.has(client));
  return {
    runId,
    previousRunId,
    fresh: listOf([...confirmed].filter((client) => !before.has(client))),
    still: listOf([...confirmed].filter((client) => before.has(client))),
    undecided: listOf(lost.filter((client) => undetermined.has(client))),
    gone: listOf(lost.filter((client) => !undetermined.has(client))),
    isIncomplete: isIncomplete(now.state),
    wasIncomplete: isIncomplete(previous.state),
  };
}

function isIncomplete(state: RunState): boolean {
  return coverageOf(state).missing.length > 0 || state.outcome !== 'succeeded';
}

function listOf(clients: readonly string[]): ClientList {
  return { count: clients.length, clients: clients.slice(0, shown) };
}

/** Everybody in a table, in its order; by what the rule groups by. A run without a merge has nobody in its tables. */
async function clientsOf({ engine }: ComparedRuns, { plan, merge }: RunState, table: TableRef): Promise<ReadonlySet<string>> {
  const clients = new Set<string>();
  if (merge === undefined) return clients;
  for (let offset = 0; ; offset += pageRows) {
    const page = await engine.call('page', { runId: plan.runId, request: { table, offset, limit: pageRows, filters: [] } });
    if (page.total > mostClients) {
      throw new CamError(
        failure('request.invalid', {
          message: `There are more than ${String(mostClients)} clients: too many to compare.`,
          action: 'Export both tables and compare the files.',
        }),
      );
    }
    const places = page.columns.flatMap(({ name }, index) => (plan.rule.groupBy.includes(name) ? [index] : []));
    const keys = places.length === 0 ? [0] : places;
    for (const row of page.rows) clients.add(keys.map((index) => row[index] ?? '').join(' · '));
    if (offset + page.rows.length >= page.total || page.rows.length === 0) return clients;
  }
}
