/** The engine's side of its channel: what runs in the engine's process. */
import { systemClock } from '../base/clock.ts';
import type { Channel } from '../channel/channel.ts';
import { type RpcHandlers, serveRpc } from '../channel/rpc.ts';
import { CamError, failure } from '../model/failure.ts';
import type { RunPlan } from '../model/plan.ts';
import { writeRunBundle } from './bundle.ts';
import { clientRows } from './client-rows.ts';
import { Duck } from './duck.ts';
import type { EngineMethods } from './engine.ts';
import { EngineRun } from './engine-run.ts';
import { exportTable } from './export-table.ts';
import { microsOfWindow } from './event-time.ts';
import { sharedAttributes } from './shared-attributes.ts';
import { reportStatistics } from './statistics.ts';
import { verdictIds } from './verdict-ids.ts';

/** How an engine is set up. */
export interface EngineOptions {
  /** Folder for what does not fit into memory; a folder of the engine's own in it is removed at the end. */
  readonly directory: string;
  /** What merged tables may take in memory before they go to the disk; default 1,024. The process needs some 300 MB more. */
  readonly memoryLimitMb?: number;
  /** Default 2. */
  readonly threads?: number;
}

/**
 * Answers the engine's methods on the channel. The returned function ends it: what runs is interrupted and everything the
 * engine made is removed. The same happens when the channel closes.
 */
export async function serveEngine(channel: Channel, options: EngineOptions): Promise<() => Promise<void>> {
  const duck = await Duck.open({
    directory: options.directory,
    memoryLimitMb: options.memoryLimitMb ?? 1024,
    threads: options.threads ?? 2,
    clock: systemClock,
  });
  const stopServing = serveRpc(channel, createHandlers(duck));
  const stop = async (): Promise<void> => {
    stopServing();
    await duck.close();
  };
  channel.onClose(() => {
    // Nobody is left to be told that the folder could not be removed; the next engine removes it.
    stop().catch(() => undefined);
  });
  return stop;
}

function createHandlers(duck: Duck): RpcHandlers<EngineMethods> {
  const runs = new Map<string, Promise<EngineRun>>();
  let opened = 0;
  const runOf = (runId: string): Promise<EngineRun> => {
    const run = runs.get(runId);
    if (run !== undefined) return run;
    throw new CamError(failure('not.found', { message: `The run ${runId} is not open.`, action: 'Run the analysis again.' }));
  };
  return {
    open: async ({ plan }) => {
      const known = runs.get(plan.runId);
      if (known === undefined) {
        const opening = EngineRun.open(duck, plan, opened++, systemClock);
        runs.set(plan.runId, opening);
        opening.catch(() => runs.delete(plan.runId));
      }
      checkSamePlan((await (known ?? runOf(plan.runId))).plan, plan);
      return null;
    },
    attach: async (input, { signal }) => (await runOf(input.runId)).attach(input, signal),
    evaluate: async ({ runId, missing }, { signal, notify }) => (await runOf(runId)).evaluate(missing, signal, notify),
    values: async (input, { signal }) => (await runOf(input.runId)).values(input, signal),
    page: async ({ runId, request }, { signal }) => (await runOf(runId)).page(request, signal),
    nearMisses: async ({ runId, ...request }, { signal }) => (await runOf(runId)).nearMisses(request, signal),
    tryRule: async ({ runId, rule }, { signal }) => (await runOf(runId)).tryRule(rule, signal),
    statistics: async ({ runId }, { signal }) => {
      const run = await runOf(runId);
      const report = run.takeReport();
      try {
        const { window, windowHours } = run.plan;
        return await run.session(signal, (session) => reportStatistics(session, report, microsOfWindow(window), windowHours));
      } finally {
        await report.release();
      }
    },
    clientRows: async ({ runId, client, limit }, { signal }) => clientRows(await runOf(runId), client, limit, signal),
    sharedAttributes: async ({ runId, client }, { signal }) => sharedAttributes(await runOf(runId), client, signal),
    export: async (input, { signal, notify }) =>
      exportTable(await runOf(input.runId), input, signal, (rows, of) => {
        notify({ rows, of });
      }),
    verdicts: async ({ runId, limit }, { signal }) => verdictIds(await runOf(runId), limit, signal),
    bundle: async (input, { signal, notify }) =>
      writeRunBundle(await runOf(input.runId), input, {
        directory: duck.directory,
        signal,
        onRows: (rows, of) => {
          notify({ rows, of });
        },
      }),
    close: async ({ runId }) => {
      const run = runs.get(runId);
      runs.delete(runId);
      await (await run)?.close();
      return null;
    },
  };
}

function checkSamePlan(known: RunPlan, plan: RunPlan): void {
  if (JSON.stringify(known) === JSON.stringify(plan)) return;
  throw new CamError(failure('request.invalid', { message: `The run ${plan.runId} is open with another plan.` }));
}
