/** A real PostgreSQL server on a free port of loopback, with a data folder of its own, for tests. */
import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, type QueryResultRow } from 'pg';
import { findProgram, freePort, type ServerProcess, startServer, type SystemUser, systemUser, versionedFolders } from './server-process.ts';

const run = promisify(execFile);
const remedy = 'apt-get install postgresql';

/** How to log on. */
export interface PostgresAccount {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** A running server. */
export interface TestPostgres {
  /** A superuser; passwords are asked for (SCRAM). */
  readonly admin: PostgresAccount;
  /** PEM of the certificate, where it was started with TLS; it names `localhost`. */
  readonly certificate?: string;
  readonly server: ServerProcess;
  /** Runs statements as the superuser and gives the rows of the last one. */
  sql<T extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly T[]>;
  /** Ends the server and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** What can be asked for. */
export interface PostgresOptions {
  /** TLS with a certificate of its own making, for which `openssl` is needed. */
  readonly tls?: boolean;
  /** Further settings of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a server. @throws Error that says in one line what to install, where the programs are missing */
export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  const folders = programFolders();
  const programs = { initdb: findProgram('initdb', folders, remedy), postgres: findProgram('postgres', folders, remedy) };
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'cam-postgres-'));
  const password = 'p@ss word';
  await writeFile(join(folder, 'password'), `${password}\n`);
  const certificate = options.tls === true ? await makeCertificate(folder) : undefined;
  await chmod(folder, 0o700);
  if (user !== undefined) await giveTo(user, folder, certificate === undefined ? ['password'] : ['password', 'tls.key', 'tls.crt']);
  const environment = { LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'cam_admin', '--pwfile', join(folder, 'password'), '-A', 'scram-sha-256', '-E', 'UTF8', '--no-sync'];
  await run(programs.initdb, initdb, { cwd: folder, env: { PATH: process.env.PATH ?? '', ...environment }, ...user });
  const admin = { host: '127.0.0.1', port: await freePort(), database: 'postgres', user: 'cam_admin', password };
  const server = await startServer({
    program: programs.postgres,
    arguments: ['-D', data, ...settingsOf(admin.port, folder, options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    environment,
    user,
    folder,
    // An immediate shutdown: nothing in there is worth a checkpoint.
    endSignal: 'QUIT',
    isReady: () => query(admin, 'SELECT 1').then(...isAnswer),
  });
  return {
    admin,
    ...(certificate === undefined ? {} : { certificate }),
    server,
    sql: (text, values) => query(admin, text, values),
    stop: server.stop,
  };
}

/** Starts a streaming standby of a server that was started without TLS. It follows until its replay is paused. */
export async function startPostgresStandby(primary: TestPostgres): Promise<TestPostgres> {
  const folders = programFolders();
  const programs = { basebackup: findProgram('pg_basebackup', folders, remedy), postgres: findProgram('postgres', folders, remedy) };
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), 'cam-standby-'));
  await chmod(folder, 0o700);
  if (user !== undefined) await giveTo(user, folder, []);
  const environment = { LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const data = join(folder, 'data');
  const { host, port, user: name, password } = primary.admin;
  const copy = ['-D', data, '-h', host, '-p', String(port), '-U', name, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'];
  await run(programs.basebackup, copy, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', PGPASSWORD: password, ...environment },
    ...user,
  });
  const admin = { ...primary.admin, port: await freePort() };
  const server = await startServer({
    program: programs.postgres,
    arguments: ['-D', data, ...settingsOf(admin.port, folder, {}).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    environment,
    user,
    folder,
    endSignal: 'QUIT',
    isReady: () => query(admin, 'SELECT 1').then(...isAnswer),
  });
  return { admin, server, sql: (text, values) => query(admin, text, values), stop: server.stop };
}

function programFolders(): readonly string[] {
  return [...versionedFolders('/usr/lib/postgresql', 'bin'), '/usr/pgsql/bin', '/opt/homebrew/bin'];
}

const isAnswer = [() => true, () => false] as const;

/** PostgreSQL refuses to run as root: then it runs as the user of Debian's package, or as nobody. */
async function serverUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = (await systemUser('postgres')) ?? (await systemUser('nobody'));
  if (user === undefined) throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
  return user;
}

async function giveTo(user: SystemUser, folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await chown(join(folder, name), user.uid, user.gid);
  await chown(folder, user.uid, user.gid);
}

function settingsOf(port: number, folder: string, options: PostgresOptions): readonly (readonly [string, string])[] {
  return Object.entries({
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '60',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    ...(options.tls === true ? { ssl: 'on', ssl_cert_file: join(folder, 'tls.crt'), ssl_key_file: join(folder, 'tls.key') } : {}),
    ...options.settings,
  });
}

async function makeCertificate(folder: string): Promise<string> {
  const openssl = findProgram('openssl', [], 'apt-get install openssl');
  const key = join(folder, 'tls.key');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-addext', 'basicConstraints=critical,CA:TRUE'];
  const files = ['-keyout', key, '-out', join(folder, 'tls.crt')];
  await run(openssl, [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    ...names,
    ...files,
  ]);
  await chmod(key, 0o600);
  return join(folder, 'tls.crt');
}

async function query<T extends QueryResultRow>(account: PostgresAccount, text: string, values?: readonly unknown[]): Promise<readonly T[]> {
  const client = new Client({ ...account, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Several statements in one text give several results, which the types do not tell.
    const result = await client.query<T>(text, values === undefined ? undefined : [...values]);
    const last = Array.isArray(result) ? (result as (typeof result)[]).at(-1) : result;
    return last?.rows ?? [];
  } finally {
    await client.end();
  }
}
