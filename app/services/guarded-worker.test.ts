import { afterEach, describe, expect, it } from 'vitest';
import { abort, AbortedError } from '../base/abort.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { failure } from '../model/failure.ts';
import { executeInput, fakeDatabase, testSpawner } from '../testing/worker-builders.ts';
import { createDatabaseWorker, type DatabaseWorker } from '../worker/supervisor.ts';
import { guardedWorker } from './guarded-worker.ts';

describe('a worker whose logon is looked at first', () => {
  let worker: DatabaseWorker;
  afterEach(() => worker.close());
  const start = (obstacle: Parameters<typeof guardedWorker>[1]) => {
    const { spawn, processes } = testSpawner();
    const options = { spawn, database: fakeDatabase(), oracleClient: { traceLevel: 0 }, clientIdentifier: 'X', cancelGraceMs: 4000 };
    worker = guardedWorker(createDatabaseWorker({ ...options, clock: systemClock, logger: silentLogger }), obstacle);
    const controller = new AbortController();
    const output = worker.execute(executeInput('SELECT 1', '/nowhere'), { signal: controller.signal, onNotice: () => undefined });
    return { controller, output, processes };
  };

  it('says what is found, without a process', async () => {
    const { output, processes } = start(() => Promise.resolve(failure('kerberos.missing')));
    expect(await output).toEqual({ outcome: { kind: 'failed', failure: failure('kerberos.missing') }, wasTried: false });
    expect(processes).toEqual([]);
  });

  it('ends at once when it is cancelled while the look hangs', async () => {
    const { controller, output, processes } = start(() => new Promise(() => undefined));
    abort(controller, { kind: 'cancel', by: 'a test' });
    expect(await output).toMatchObject({ outcome: { kind: 'cancelled', confirmed: true }, wasTried: false });
    await expect(worker.ping({ endpoint: 0 }, { signal: controller.signal })).rejects.toBeInstanceOf(AbortedError);
    expect(processes).toEqual([]);
  });
});
