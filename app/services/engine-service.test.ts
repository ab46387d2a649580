import { expect, it } from 'vitest';
import { abort, AbortedError } from '../base/abort.ts';
import { silentLogger } from '../base/logger.ts';
import { linkedChannels } from '../channel/linked-channels.ts';
import { type RpcHandlers, serveRpc } from '../channel/rpc.ts';
import type { AttachInput, EngineMethods } from '../engine/engine.ts';
import { samplePlan } from '../testing/builders.ts';
import type { OwnProcess, SpawnProcess } from '../worker/process.ts';
import { EngineService } from './engine-service.ts';

const plan = samplePlan(1);
const { runId } = plan;
const attached: AttachInput = { runId, source: plan.sources[0]?.id ?? '', files: [], columns: [], zone: 'UTC', idNormaliser: 'exact' };

/** An engine's processes one after another: `calls` is what each was asked. From the second on, attaching ends when `attaching` does. */
function processes(attaching: Promise<unknown>) {
  const calls: string[][] = [];
  const started: OwnProcess[] = [];
  const spawn: SpawnProcess = () => {
    const asked: string[] = [];
    const isFirst = calls.push(asked) === 1;
    const [channel, far] = linkedChannels();
    const answer = (method: string) => async () => {
      asked.push(method);
      if (method === 'attach' && !isFirst) await attaching;
      return null;
    };
    const methods = ['open', 'attach', 'evaluate', 'page', 'close'];
    serveRpc(far, Object.fromEntries(methods.map((method) => [method, answer(method)])) as unknown as RpcHandlers<EngineMethods>);
    const exited = new Promise<{ code: number; signal: null }>((resolve) => {
      channel.onClose(() => {
        resolve({ code: 0, signal: null });
      });
    });
    const own = { pid: 1, started: Promise.resolve(1), channel, exited, kill: () => far.close() };
    started.push(own);
    return own;
  };
  return { spawn, calls, kill: () => started.at(-1)?.kill() };
}

/** A run that has been merged, and whose engine has died since. */
async function deadEngine(attaching: Promise<unknown> = Promise.resolve()) {
  const { spawn, calls, kill } = processes(attaching);
  const engine = new EngineService(spawn, '/nowhere', silentLogger);
  await engine.call('open', { plan });
  await engine.call('attach', attached);
  await engine.call('evaluate', { runId, missing: [] });
  kill();
  await new Promise((resolve) => setImmediate(resolve));
  return { engine, calls };
}

it('a new engine is told what is attached, and merges it unless that is what it is asked for', async () => {
  const evaluated = await deadEngine();
  await evaluated.engine.call('evaluate', { runId, missing: [] });
  expect(evaluated.calls[1]).toEqual(['open', 'attach', 'evaluate']);
  const shown = await deadEngine();
  await shown.engine.call('page', { runId, request: { table: { kind: 'confirmed' }, offset: 0, limit: 1, filters: [] } });
  expect(shown.calls[1]).toEqual(['open', 'attach', 'evaluate', 'page']);
});

it('a cancel is heard while a new engine is told again', async () => {
  const { engine, calls } = await deadEngine(new Promise(() => undefined));
  const controller = new AbortController();
  const evaluating = engine.call('evaluate', { runId, missing: [] }, { signal: controller.signal });
  await new Promise((resolve) => setImmediate(resolve));
  abort(controller, { kind: 'cancel', by: 'the analyst' });
  await expect(evaluating).rejects.toBeInstanceOf(AbortedError);
  expect(calls[1]).toEqual(['open', 'attach']);
});

it('no engine is started to forget a run, nor after the end of the program', async () => {
  const { engine, calls } = await deadEngine();
  await engine.call('close', { runId });
  expect(engine.remembered(runId)).toBeUndefined();
  await engine.close();
  await expect(engine.call('open', { plan })).rejects.toThrow('The program is closed');
  expect(calls).toHaveLength(1);
});
