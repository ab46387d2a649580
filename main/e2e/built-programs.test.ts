import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../app/base/clock.ts';
import { silentLogger } from '../../app/base/logger.ts';
import { createRpcClient } from '../../app/channel/rpc.ts';
import type { EngineMethods } from '../../app/engine/engine.ts';
import { openHistory } from '../../app/history/history.ts';
import { forkSpawner } from '../../app/hosts/fork-spawner.ts';
import { failure } from '../../app/model/failure.ts';
import { executionEvent, sampleExecution } from '../../app/testing/history-events.ts';
import type { WorkerMethods } from '../../app/worker/protocol.ts';
import { forkUtilityProcess } from '../testing/utility-process-stub.ts';
import { utilitySpawner } from '../utility-spawner.ts';
import { root } from './project.ts';

const built = (file: string): string => join(root, 'out', file);
const entries = {
  worker: built('main/worker-entry.js'),
  engine: built('main/engine-entry.js'),
  'oracle-probe': built('main/oracle-probe-entry.js'),
};
const spawners = {
  'forked by Node': forkSpawner({ entries, environment: process.env, logger: silentLogger }),
  'as a utility process': utilitySpawner({
    fork: forkUtilityProcess,
    entries,
    environment: process.env,
    logger: silentLogger,
    killNow: (pid) => process.kill(pid, 'SIGKILL'),
  }),
};

describe.each(Object.entries(spawners))('the built programs, %s', (_how, spawn) => {
  it('start as a worker that answers', async () => {
    const child = spawn('worker', 'test', {});
    const client = createRpcClient<WorkerMethods>(child.channel, () => failure('worker.crashed'));
    expect(await client.call('heartbeat', null)).toEqual({ busy: 0 });
    child.kill();
    await child.exited;
  });

  it('start as an engine that answers', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cam-engine-'));
    const child = spawn('engine', 'engine', { CAM_ENGINE_DIRECTORY: directory });
    const client = createRpcClient<EngineMethods>(child.channel, () => failure('engine.crashed'));
    expect(await client.call('close', { runId: 'none' })).toBeNull();
    child.kill();
    await child.exited;
    rmSync(directory, { recursive: true });
  });

  it('start as a probe that says why there is no Oracle client library', async () => {
    const child = spawn('oracle-probe', '/no/such/folder', {});
    const outcome = await new Promise((resolve) => child.channel.onMessage(resolve));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'DPI-1047' });
    child.kill();
    await child.exited;
  });
});

describe('the built program of the history', () => {
  it('runs as a thread that takes records in and one that answers', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cam-history-'));
    const history = await openHistory({
      location: { kind: 'sqlite', file: join(directory, 'history.sqlite') },
      directory: join(directory, 'journal'),
      migrationsDirectory: join(root, 'sql/history'),
      host: 'test',
      clock: systemClock,
      logger: silentLogger,
      threadEntry: built('main/history-entry.js'),
    });
    await history.record(executionEvent(sampleExecution()));
    await history.recorded();
    expect(await history.ask('executions', { limit: 1, offset: 0 })).toMatchObject({ total: 1 });
    await history.close();
    rmSync(directory, { recursive: true });
  });
});

describe('the built preload script', () => {
  it('is one small CommonJS file that requires nothing but electron', () => {
    const text = readFileSync(built('preload/index.cjs'), 'utf8');
    expect([...text.matchAll(/require\(([^)]*)\)/g)].map((match) => match[1])).toEqual(['"electron"']);
    expect(text).not.toMatch(/^\s*(?:import|export)\b/m);
    expect(text.length).toBeLessThan(4000);
  });
});

describe('the built main process', () => {
  it('loads packages from node_modules instead of carrying them', () => {
    const text = readFileSync(built('main/index.js'), 'utf8');
    expect(text).toMatch(/from "zod"|from 'zod'/);
    expect(text).toMatch(/from "electron"|from 'electron'/);
  });
});
