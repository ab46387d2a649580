/**
 * `npm run start:oracle`: the application against two listeners that speak Oracle's wire protocol over loopback. The sample
 * analysis then runs through the real Oracle driver (Thin, user and password), though not against an Oracle server.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { ensureSampleData } from '../app/engine/sample-data.ts';
import { duckDbBackend } from '../app/testing/oracle-wire/duckdb-backend.ts';
import { type OracleListener, startOracleListener } from '../app/testing/oracle-wire/listener.ts';
import { run } from './processes.mjs';

interface OracleSample {
  readonly name: string;
  readonly service: string;
  readonly schema: string;
  readonly queries: readonly (readonly [name: string, file: string])[];
}

const samples: readonly OracleSample[] = [
  {
    name: 'client_activity_analysis',
    service: 'CLIENT_AUDIT',
    schema: 'event_logs',
    queries: [
      ['Get all email changes', 'get_all_email_changes.sql'],
      ['Get phone changes by client ID', 'get_phone_changes_by_client_id.sql'],
      ['Get token changes', 'get_token_changes.sql'],
    ],
  },
  {
    name: 'account_activity_analysis',
    service: 'ACCOUNT_AUDIT',
    schema: 'audit_logs',
    queries: [['Get all password changes', 'get_all_password_changes.sql']],
  },
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, '.cam', 'oracle');
const user = 'cam_reader';
// Made anew for each start; it lives in this process and in the application's environment.
const password = randomBytes(18).toString('base64url');

const { files } = await ensureSampleData({ directory: join(folder, 'data'), sqlDirectory: join(root, 'sql'), nowMs: Date.now() });
const listeners = await Promise.all(samples.map((sample, index) => startListener(sample, files[index] ?? '')));
const configuration = join(folder, 'databases.yaml');
await mkdir(folder, { recursive: true });
await writeFile(configuration, stringify({ databases: samples.map((sample, index) => entry(sample, listeners[index])) }));
for (const [index, { name }] of samples.entries())
  process.stderr.write(`${name}: a stand-in for Oracle listens on ${listeners[index]?.connectString ?? ''}\n`);

process.exitCode = await run(
  process.execPath,
  [join(root, 'build', 'commands.mjs'), 'start', '--config', configuration, ...process.argv.slice(2)],
  {
    environment: { CAM_ORACLE_PASSWORD: password },
  },
);
await Promise.all(listeners.map((listener) => listener.close()));

async function startListener(sample: OracleSample, file: string): Promise<OracleListener> {
  const path = file.replaceAll("'", "''");
  const backend = await duckDbBackend({
    setUp: [`ATTACH '${path}' AS sample (READ_ONLY)`, 'COPY FROM DATABASE sample TO memory', 'DETACH sample'],
  });
  return startOracleListener({ profile: '19c', services: [sample.service], users: { [user]: password }, execute: backend.execute });
}

function entry(sample: OracleSample, listener: OracleListener | undefined): Readonly<Record<string, unknown>> {
  return {
    name: sample.name,
    host: '127.0.0.1',
    port: listener?.port,
    service_name: sample.service,
    default_schema: sample.schema,
    user,
    password_env: 'CAM_ORACLE_PASSWORD',
    zone: 'UTC',
    sql_queries: sample.queries.map(([name, query]) => ({ name, query_location: join(root, 'sql', query) })),
  };
}
