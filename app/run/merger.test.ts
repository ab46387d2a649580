import { describe, expect, it } from 'vitest';
import { abort, AbortedError } from '../base/abort.ts';
import type { MergeSummary } from '../model/run.ts';
import { Merger } from './merger.ts';
import type { EngineClient } from './ports.ts';

/** An engine whose evaluations end when the test says so; it does not hear that it is to stop. */
function engineByHand() {
  const evaluations: (PromiseWithResolvers<unknown> & { readonly tell: (notice: unknown) => void })[] = [];
  const engine: EngineClient = {
    call: <T>(_method: string, _input: unknown, options?: { readonly onNotice?: (notice: never) => void }) => {
      const evaluation = Promise.withResolvers<unknown>();
      evaluations.push({ ...evaluation, tell: (notice) => options?.onNotice?.(notice as never) });
      return evaluation.promise as Promise<T>;
    },
    restart: () => undefined,
  };
  return { engine, evaluations };
}

/** A merger of a run without missing sources; `seen` are the confirmed of each merge, `told` how far evaluations were. */
function mergerByHand() {
  const { engine, evaluations } = engineByHand();
  const seen: number[] = [];
  const told: unknown[] = [];
  const merger = new Merger(engine, 'run', {
    missing: () => [],
    onMerged: ({ confirmed }) => seen.push(confirmed),
    onProgress: (progress) => told.push(progress),
  });
  return { merger, evaluations, seen, told };
}

const merge = (confirmed: number): MergeSummary => ({
  ...{ confirmed, undetermined: 0, clientsInWindow: 0, eventsInWindow: 0, rows: 0, sources: [], durationMs: 1 },
});

const moment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the merge of a run', () => {
  it('makes one more evaluation of all that is asked for while one runs', async () => {
    const { merger, evaluations, seen } = mergerByHand();
    for (let request = 0; request < 3; request++) merger.request();
    evaluations[0]?.resolve(merge(1));
    await moment();
    evaluations[1]?.resolve(merge(2));
    await moment();
    expect([seen, evaluations.length]).toEqual([[1, 2], 2]);
  });

  it('tells how far an evaluation is while it lasts', async () => {
    const { merger, evaluations, told } = mergerByHand();
    const finished = merger.finish(new AbortController().signal);
    await moment();
    evaluations[0]?.tell({ step: 1, of: 2, what: 'clients' });
    evaluations[0]?.resolve(merge(1));
    await finished;
    expect(told).toEqual([{ step: 1, of: 2, what: 'clients' }]);
  });

  it('begins no further evaluation where one ends just as it is interrupted, and merges again in the next round', async () => {
    const { merger, evaluations, seen } = mergerByHand();
    merger.request();
    merger.request();
    const controller = new AbortController();
    const finished = merger.finish(controller.signal);
    abort(controller, { kind: 'cancel', by: 'the analyst' });
    evaluations[0]?.resolve(merge(1));
    await expect(finished).rejects.toBeInstanceOf(AbortedError);
    await moment();
    expect([seen, evaluations.length]).toEqual([[1], 1]);

    const next = merger.finish(new AbortController().signal);
    await moment();
    evaluations[1]?.resolve(merge(2));
    await next;
    expect(seen).toEqual([1, 2]);
  });
});
