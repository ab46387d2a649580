/** Runs: started, cancelled, looked at; and their results, also those that are only kept. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { CamError, failure } from '../../model/failure.ts';
import type { RunDetail } from '../../model/history-pages.ts';
import type { TableRef } from '../../model/table.ts';
import type { App } from '../../services/create-app.ts';
import { askInTime } from './ask-in-time.ts';
import { executionAnswer, executionForm } from './execution-answers.ts';
import { pageQuery, refuseOthers } from './execution-routes.ts';
import { BadField } from './rest-error.ts';
import { addRoute, type Caller } from './rest-route.ts';
import { newRun, started } from './new-run.ts';
import { resultAnswer, resultForm } from './result-answers.ts';
import { runForm, runOfRecord, runOfState } from './run-answers.ts';

const none = z.strictObject({});
const run = z.strictObject({ run_id: z.string().min(1).max(64) });
const resultQuery = z.strictObject({
  ...pageQuery,
  table: z.enum(['confirmed', 'undetermined', 'source']).default('confirmed'),
  source: z.string().min(1).max(500).optional().describe('For table=source: the id of the source'),
  sort: z.string().min(1).max(200).optional().describe('Column to sort by'),
  descending: z.enum(['true', 'false']).default('false'),
});

/** So long an answer about a run of this program waits for what the history has of it. */
const hangsAfterMs = 5000;

type Parts = Pick<App, 'runs' | 'reports' | 'results' | 'history' | 'handlers'>;

/** Adds the routes. */
export function addRunRoutes(server: FastifyInstance, app: Parts, callerOf: (reply: FastifyReply) => Caller): void {
  addListRoutes(server, app, callerOf);
  addRoute(server, callerOf, {
    method: 'POST',
    url: '/runs',
    summary: 'Starts an analysis (last_event) or a hunt (from, to) and answers at once',
    params: none,
    query: none,
    body: newRun,
    response: z.object({ run_id: z.string() }),
    status: 202,
    handle: async ({ body }, caller) => {
      refuseAuditor(caller);
      return { run_id: await started(body, (request) => app.runs.start(request)) };
    },
  });
  addRoute(server, callerOf, {
    method: 'POST',
    url: '/runs/:run_id/cancel',
    summary: 'Asks a run of this program to stop; answers at once, and the run tells how each source ended',
    params: run,
    query: none,
    body: none,
    response: runForm,
    status: 202,
    handle: ({ params }, caller) => {
      refuseAuditor(caller);
      const { plan } = app.runs.get(params.run_id);
      refuseOthers(caller, plan.user);
      app.runs.cancel(params.run_id);
      return runOfState(app.runs.snapshot(params.run_id).state);
    },
  });
  addRoute(server, callerOf, {
    method: 'GET',
    url: '/runs/:run_id/result',
    summary: 'A page of a table of a run that goes on, has ended, or is kept',
    params: run,
    query: resultQuery,
    response: resultForm,
    handle: async ({ params, query }, caller) => {
      await openFor(app, params.run_id, caller);
      return resultPage(app, params.run_id, query);
    },
  });
}

function addListRoutes(server: FastifyInstance, app: Parts, callerOf: (reply: FastifyReply) => Caller): void {
  addRoute(server, callerOf, {
    method: 'GET',
    url: '/runs',
    summary: "Runs, the newest first: one's own, for an auditor those of everybody or of one user",
    params: none,
    query: z.strictObject({
      ...pageQuery,
      user_id: z.string().min(1).max(200).optional(),
      outcome: z.enum(['succeeded', 'partial', 'failed', 'cancelled', 'interrupted']).optional(),
    }),
    response: z.object({ runs: z.array(runForm), count: z.int(), total: z.int(), limit: z.int(), offset: z.int() }),
    handle: async ({ query: { limit, offset, user_id: asked, outcome } }, caller) => {
      const userId = asked ?? (caller.role === 'own' ? caller.user : undefined);
      refuseOthers(caller, userId);
      const filter = { ...(userId === undefined ? {} : { userId }), ...(outcome === undefined ? {} : { outcome }) };
      const page = await askInTime(app.history, 'runs', { ...filter, limit, offset });
      const runs = page.runs.map((each) => runOfRecord(each));
      return { runs, count: runs.length, total: page.total, limit, offset };
    },
  });
  addRoute(server, callerOf, {
    method: 'GET',
    url: '/runs/:run_id',
    summary: 'A run with its executions',
    params: run,
    query: none,
    response: runForm.extend({
      executions: z
        .array(executionForm)
        .nullable()
        .describe('null where the history cannot be asked or does not have the run yet, while the run itself is known here'),
    }),
    handle: async ({ params: { run_id: runId } }, caller) => {
      const live = app.runs.has(runId) ? app.runs.snapshot(runId).state : undefined;
      if (live !== undefined) refuseOthers(caller, live.plan.user);
      const detail = await recordOf(app, runId, live !== undefined);
      if (detail !== null) refuseOthers(caller, detail.run.userId);
      const executions = detail?.executions.map(({ execution }) => executionAnswer(execution)) ?? null;
      if (live !== undefined) return { ...runOfState(live), executions };
      if (detail === null) throw notThere(runId);
      return { ...runOfRecord(detail.run), executions };
    },
  });
}

/** What the history has of a run; `null`: nothing, or it cannot be asked and the run is known here besides. */
async function recordOf({ history }: Pick<Parts, 'history'>, runId: string, isKnown: boolean): Promise<RunDetail | null> {
  if (!isKnown) return askInTime(history, 'run', { runId });
  try {
    return await askInTime(history, 'run', { runId }, hangsAfterMs);
  } catch (error) {
    if (error instanceof CamError && error.failure.code === 'history.unavailable') return null;
    throw error;
  }
}

/** Makes sure that the run's tables can be asked for, and that the caller may see them. */
async function openFor(app: Parts, runId: string, caller: Caller): Promise<void> {
  if (!app.runs.has(runId)) {
    const kept = (await app.results.list()).find((each) => each.runId === runId);
    if (kept === undefined) throw notThere(runId);
    refuseOthers(caller, kept.user);
    await app.runs.open(runId, true);
  }
  refuseOthers(caller, app.runs.get(runId).plan.user);
}

async function resultPage(app: Parts, runId: string, query: z.output<typeof resultQuery>): Promise<z.input<typeof resultForm>> {
  const { table: kind, source, limit, offset, sort, descending } = query;
  if (kind === 'source' && source === undefined) throw new BadField('source', 'table=source needs the id of a source.');
  if (kind !== 'source' && source !== undefined) throw new BadField('source', 'A source is for table=source alone.');
  const table: TableRef = kind === 'source' ? { kind, source: source ?? '' } : { kind };
  const order = sort === undefined ? {} : { sort: { column: sort, descending: descending === 'true' } };
  if (source !== undefined && !app.runs.get(runId).plan.sources.some(({ id }) => id === source))
    throw new BadField('source', `The run has no source ${source}.`);
  const page = await sortedPage(sort, () =>
    app.handlers['result.page']({ runId, request: { table, offset, limit, filters: [], ...order } }),
  );
  return resultAnswer(app.runs.snapshot(runId).state, app.reports.metadata(runId), { table: kind, page, limit, offset });
}

/** Everything else of a page has been checked: what is refused is the column to sort by. */
async function sortedPage<T>(sort: string | undefined, ask: () => Promise<T> | T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (sort !== undefined && error instanceof CamError && error.failure.code === 'request.invalid')
      throw new BadField('sort', error.failure.message);
    throw error;
  }
}

function refuseAuditor({ role }: Caller): void {
  if (role === 'own') return;
  throw new CamError(
    failure('request.forbidden', { message: 'An auditor reads and changes nothing.', action: "Ask with the token of the program's user." }),
  );
}

function notThere(runId: string): CamError {
  return new CamError(failure('not.found', { message: `There is no run ${runId}, or it is not kept any more.` }));
}
