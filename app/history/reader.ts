/** The side of the history that answers questions, in a thread of its own so that a long answer holds nobody up. */
import { AbortedError } from '../base/abort.ts';
import type { Channel } from '../channel/channel.ts';
import { type RpcHandlers, type RpcMethods, serveRpc } from '../channel/rpc.ts';
import { CamError } from '../model/failure.ts';
import { anomalies } from './anomalies.ts';
import { exportTrail, verifyExport } from './audit-file.ts';
import { verifyChain } from './audit-trail.ts';
import { errorPatterns } from './error-patterns.ts';
import { executionDetail, executionPage, runDetail, runningRuns, runPage } from './executions.ts';
import type { HistoryMethods } from './history-methods.ts';
import { ledgerHandlers, type WithStore } from './ledger-handlers.ts';
import { listHolds, releaseHold, setHold } from './holds.ts';
import { pastDurations } from './past-durations.ts';
import { retain } from './retention.ts';
import { dailySeries } from './series.ts';
import { slowestQueries } from './slowest-queries.ts';
import { groupedStatistics, statistics } from './statistics.ts';
import { openStore, type Store, type StoreOptions } from './store.ts';
import { storeFailure } from './store-errors.ts';
import { cleaned } from './stored-text.ts';
import { queryTrends } from './trends.ts';
import { usualCosts } from './usual-costs.ts';
import { verdictHandlers } from './verdicts.ts';

/** Answers the methods on the channel until it closes; then the store is closed. The store is opened with the first question. */
export function serveReader(channel: Channel, options: StoreOptions): void {
  let opening: Promise<Store> | undefined;
  const withStore = async <T>(answer: (store: Store) => Promise<T>): Promise<T> => {
    opening ??= openStore(options);
    const current = opening;
    try {
      return await answer(await current);
    } catch (error) {
      if (error instanceof CamError || error instanceof AbortedError) throw error;
      // The next question opens it anew.
      if (opening === current) {
        opening = undefined;
        void closeQuietly(current);
      }
      throw new CamError(storeFailure(error), { cause: error });
    }
  };
  serveRpc<HistoryMethods>(channel, withCleanInput(createHandlers(withStore, options.nowMs)));
  channel.onClose(() => {
    if (opening !== undefined) void closeQuietly(opening);
  });
}

async function closeQuietly(opening: Promise<Store>): Promise<void> {
  await opening.then((store) => store.close()).catch(() => undefined);
}

/** Texts of a question are made storable as those of records are: else a store would refuse the question, and seem to be away. */
function withCleanInput<M extends RpcMethods>(handlers: RpcHandlers<M>): RpcHandlers<M> {
  const names = Object.keys(handlers) as (keyof M)[];
  const clean = <K extends keyof M>(name: K): RpcHandlers<M>[K] => {
    const handler = handlers[name];
    return (input, context) => handler(cleaned(input), context);
  };
  return Object.fromEntries(names.map((name) => [name, clean(name)])) as RpcHandlers<M>;
}

function createHandlers(withStore: WithStore, nowMs: () => number): RpcHandlers<HistoryMethods> {
  return {
    executions: ({ limit, offset, ...filter }) => withStore(({ db }) => executionPage(db, filter, { limit, offset })),
    execution: ({ executionId }) => withStore(async ({ db }) => (await executionDetail(db, executionId)) ?? null),
    runs: ({ limit, offset, ...filter }) => withStore(({ db }) => runPage(db, filter, { limit, offset })),
    run: ({ runId }) => withStore(async ({ db }) => (await runDetail(db, runId)) ?? null),
    running: () => withStore(({ db }) => runningRuns(db)),
    statistics: (input) => withStore(({ db }) => statistics(db, input, nowMs())),
    groupedStatistics: (input) => withStore(({ db }) => groupedStatistics(db, input, nowMs())),
    dailySeries: (input) => withStore(({ db }) => dailySeries(db, input, nowMs())),
    slowestQueries: (input) => withStore(({ db }) => slowestQueries(db, input, nowMs())),
    errorPatterns: (input) => withStore(({ db }) => errorPatterns(db, input, nowMs())),
    queryTrends: (input) => withStore(({ db }) => queryTrends(db, input, nowMs())),
    usualCosts: (input) => withStore(({ db }) => usualCosts(db, input, nowMs())),
    pastDurations: (input) => withStore(({ db }) => pastDurations(db, input)),
    anomalies: (input, { signal }) => withStore(({ db }) => anomalies(db, input, nowMs(), signal)),
    retain: (input, { signal }) => withStore((store) => retain(store, input, nowMs(), signal)),
    setHold: (input) => withStore((store) => setHold(store, input, nowMs())),
    releaseHold: (input) => withStore((store) => releaseHold(store, input, nowMs())),
    holds: () => withStore(({ db }) => listHolds(db)),
    verifyChain: ({ expected }, { signal, notify }) => withStore(({ db }) => verifyChain(db, expected, signal, notify)),
    exportTrail: (input, { signal }) => withStore(({ db }) => exportTrail(db, input, signal)),
    ...ledgerHandlers(withStore),
    ...verdictHandlers(withStore),
    verifyExport: ({ path, expected }, { signal }) => verifyExport(path, expected, signal),
  };
}
