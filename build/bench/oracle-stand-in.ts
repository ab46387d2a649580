/** Stand-ins for Oracle servers in a process of their own, and the program's core over them. */
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../../app/base/logger.ts';
import { createRpcClient, type RpcClient } from '../../app/channel/rpc.ts';
import { forkSpawner } from '../../app/hosts/fork-spawner.ts';
import { failure } from '../../app/model/failure.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../../app/testing/test-app.ts';
import { account, type BareReadMethods, changesSql, type StandInInput, type StandInMethods } from './oracle-target.ts';

/** The process that holds the stand-ins. */
export type StandIn = RpcClient<StandInMethods>;

/** The variable that has the password of the stand-ins' account. */
export const passwordVariable = 'CAM_BENCH_PASSWORD';

/** Starts a process of the bench, with the settings that a worker gets. */
export function startProcess<M extends StandInMethods | BareReadMethods>(file: string) {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const entries = { worker: entry, engine: entry, 'oracle-probe': entry };
  const environment = { UV_THREADPOOL_SIZE: '6', TZ: 'UTC', NODE_OPTIONS: '--max-semi-space-size=8', MALLOC_ARENA_MAX: '2' };
  const own = forkSpawner({ entries, environment: process.env, logger: silentLogger })('worker', file, environment);
  return {
    client: createRpcClient<M>(own.channel, () => failure('worker.crashed')),
    kill: () => {
      own.kill();
    },
  };
}

/** Starts so many stand-ins; gives their ports. */
export function listenOften(standIn: StandIn, count: number, input: StandInInput): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, async () => (await standIn.call('listen', input)).port));
}

/** The core over the stand-ins, a database each, with so many queries each. */
export function startOracleApp(ports: readonly number[], queries: number): Promise<TestApp> {
  const types = ['password', 'email', 'phone', 'token'];
  const databases = ports.map((port, index): TestDatabase => ({
    name: `database_${String(index + 1)}`,
    driver: 'oracle',
    server: { host: '127.0.0.1', port, service_name: 'TESTDB', user: account.user, password_env: passwordVariable },
    queries: Array.from({ length: queries }, (_, place) => ({
      name: `changes ${String(place + 1)}`,
      changeType: types[(index + place) % types.length] ?? 'email',
      sql: `${changesSql} WHERE change_date >= :start_date`,
    })),
  }));
  return startTestApp(databases, {}, { environment: { [passwordVariable]: account.password } });
}
