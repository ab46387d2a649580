/** Executions and their statistics: one's own, and for an auditor everybody's. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { CamError, failure } from '../../model/failure.ts';
import { executionStatuses } from '../../model/history.ts';
import type { App } from '../../services/create-app.ts';
import { askInTime } from './ask-in-time.ts';
import {
  databaseStatisticsForm,
  executionAnswer,
  executionsForm,
  figuresAnswer,
  groupAnswer,
  statisticsForm,
} from './execution-answers.ts';
import { addRoute, type Caller, wholeNumber } from './rest-route.ts';

const none = z.strictObject({});
const user = z.strictObject({ user_id: z.string().min(1).max(200) });
const days = wholeNumber(1, 3660).default(30).describe('The last so many times 24 hours');

/** Part of a list. */
export const pageQuery = {
  limit: wholeNumber(1, 1000).default(50),
  offset: wholeNumber(0, 1_000_000_000).default(0),
};

const executionsQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(executionStatuses).optional(),
  database_type: z.string().min(1).max(64).optional(),
});
const periodQuery = z.strictObject({ days });
const databaseQuery = z.strictObject({ days, group_by: z.enum(['database', 'database_type']).default('database') });

/** Adds the routes. */
export function addExecutionRoutes(server: FastifyInstance, app: Pick<App, 'history'>, callerOf: (reply: FastifyReply) => Caller): void {
  addRoute(server, callerOf, {
    method: 'GET',
    url: '/executions/:user_id',
    summary: 'Executions of a user, the newest first',
    params: user,
    query: executionsQuery,
    response: executionsForm,
    handle: async ({ params: { user_id: userId }, query }, caller) => {
      refuseOthers(caller, userId);
      const { status, database_type: databaseType, limit, offset } = query;
      const filter = { userId, ...(status === undefined ? {} : { status }), ...(databaseType === undefined ? {} : { databaseType }) };
      const page = await askInTime(app.history, 'executions', { ...filter, limit, offset });
      const executions = page.executions.map((each) => executionAnswer(each));
      return { user_id: userId, executions, count: executions.length, total: page.total, limit, offset };
    },
  });
  addStatistics(server, app, callerOf);
  addDatabaseStatistics(server, app, callerOf);
}

function addStatistics(server: FastifyInstance, { history }: Pick<App, 'history'>, callerOf: (reply: FastifyReply) => Caller): void {
  const answer = async (caller: Caller, userId: string | undefined, period: number): Promise<z.input<typeof statisticsForm>> => {
    refuseOthers(caller, userId);
    const scope = userId === undefined ? {} : { userId };
    return {
      user_id: userId ?? null,
      ...figuresAnswer(await askInTime(history, 'statistics', { scope, days: period, withPercentiles: true })),
    };
  };
  addRoute(server, callerOf, {
    method: 'GET',
    url: '/executions/:user_id/stats',
    summary: "How a user's executions went",
    params: user,
    query: periodQuery,
    response: statisticsForm,
    handle: ({ params, query }, caller) => answer(caller, params.user_id, query.days),
  });
  addRoute(server, callerOf, {
    method: 'GET',
    url: '/executions/stats/global',
    summary: "How everybody's executions went; for an auditor",
    params: none,
    query: periodQuery,
    response: statisticsForm,
    handle: ({ query }, caller) => answer(caller, undefined, query.days),
  });
}

function addDatabaseStatistics(
  server: FastifyInstance,
  { history }: Pick<App, 'history'>,
  callerOf: (reply: FastifyReply) => Caller,
): void {
  const answer = async (
    caller: Caller,
    userId: string | undefined,
    { days: period, group_by: group }: z.output<typeof databaseQuery>,
  ): Promise<z.input<typeof databaseStatisticsForm>> => {
    refuseOthers(caller, userId);
    const scope = userId === undefined ? {} : { userId };
    const groupBy = group === 'database' ? 'database' : 'databaseType';
    const groups = await askInTime(history, 'groupedStatistics', { scope, days: period, groupBy, withPercentiles: true });
    return { user_id: userId ?? null, period_days: period, database_stats: groups.map((each) => groupAnswer(each)) };
  };
  addRoute(server, callerOf, {
    method: 'GET',
    url: '/executions/:user_id/database-stats',
    summary: "How a user's executions went, by database or by kind of database",
    params: user,
    query: databaseQuery,
    response: databaseStatisticsForm,
    handle: ({ params, query }, caller) => answer(caller, params.user_id, query),
  });
  addRoute(server, callerOf, {
    method: 'GET',
    url: '/executions/database-stats/global',
    summary: "How everybody's executions went, by database or by kind of database; for an auditor",
    params: none,
    query: databaseQuery,
    response: databaseStatisticsForm,
    handle: ({ query }, caller) => answer(caller, undefined, query),
  });
}

/** One's own records, unless an auditor asks. @throws CamError `request.forbidden` */
export function refuseOthers({ role, user: own }: Caller, userId: string | undefined): void {
  if (role === 'auditor' || userId === own) return;
  throw new CamError(
    failure('request.forbidden', {
      message: userId === undefined ? 'Only an auditor sees the records of everybody.' : `This token sees the records of ${own} alone.`,
      action: "Ask with the auditor's token.",
    }),
  );
}
