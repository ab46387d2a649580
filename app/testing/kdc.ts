/** A real Kerberos server (MIT krb5kdc) on a free port of loopback, with a realm, accounts and tickets of its own. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, freePort, startServer } from './server-process.ts';

const run = promisify(execFile);
const remedy = 'apt-get install krb5-kdc krb5-admin-server krb5-user';
const folders = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/lib/mit/sbin', '/usr/lib/mit/bin'];

/** A running realm. */
export interface TestKdc {
  readonly realm: string;
  /** Its own folder; caches may be put there. */
  readonly folder: string;
  /** Variables that make every Kerberos program speak to this realm, `TZ=UTC` among them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes an account; `undefined` for a service with a random key. */
  addPrincipal(name: string, password?: string): Promise<void>;
  /** Fetches a ticket; the password goes through standard input. */
  kinit(name: string, password: string, cache: string, more?: readonly string[]): Promise<void>;
  /** Runs `klist`, `kinit`, `kdestroy` or `kvno` and gives what it prints. */
  tool(name: 'klist' | 'kinit' | 'kdestroy' | 'kvno', args: readonly string[]): Promise<string>;
  /** Ends the server and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** Starts a realm `CAM.TEST`. @throws Error that says in one line what to install, where the programs are missing */
export async function startKdc(): Promise<TestKdc> {
  const program = (name: string): string => findProgram(name, folders, remedy);
  const programs = { kdc: program('krb5kdc'), util: program('kdb5_util'), admin: program('kadmin.local'), kinit: program('kinit') };
  const folder = await mkdtemp(join(tmpdir(), 'cam-kdc-'));
  const realm = 'CAM.TEST';
  const port = await freePort();
  await writeConfiguration(folder, realm, port);
  const environment = {
    KRB5_CONFIG: join(folder, 'krb5.conf'),
    KRB5_KDC_PROFILE: join(folder, 'kdc.conf'),
    KRB5CCNAME: `FILE:${join(folder, 'cc_default')}`,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
  };
  const options = { env: { PATH: process.env.PATH ?? '', ...environment }, cwd: folder };
  await run(programs.util, ['create', '-s', '-r', realm, '-P', 'master of the test realm'], options);
  const server = await startServer({
    program: programs.kdc,
    arguments: ['-n', '-r', realm],
    environment,
    folder,
    endSignal: 'TERM',
    isReady: () => isListening(port),
  });
  return {
    realm,
    folder,
    environment,
    addPrincipal: async (name, password) => {
      const key = password === undefined ? '-randkey' : `-pw ${password}`;
      await run(programs.admin, ['-r', realm, '-q', `addprinc ${key} +allow_postdated ${name}`], options);
    },
    kinit: async (name, password, cache, more = []) => {
      const child = spawn(programs.kinit, ['-c', cache, ...more, name], { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
      let errors = '';
      child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
      child.stdin.end(`${password}\n`);
      const code = await new Promise((resolve) => child.once('close', resolve));
      if (code !== 0) throw new Error(`kinit: ${errors}`);
    },
    tool: async (name, args) => (await run(program(name), [...args], options)).stdout,
    stop: server.stop,
  };
}

async function writeConfiguration(folder: string, realm: string, port: number): Promise<void> {
  // TCP only: a lost datagram would cost a test a second.
  await writeFile(
    join(folder, 'krb5.conf'),
    `[libdefaults]
  default_realm = ${realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
  forwardable = true
[realms]
  ${realm} = {
    kdc = 127.0.0.1:${port}
  }
`,
  );
  await writeFile(
    join(folder, 'kdc.conf'),
    `[kdcdefaults]
  kdc_listen = 127.0.0.1:${port}
  kdc_tcp_listen = 127.0.0.1:${port}
[realms]
  ${realm} = {
    database_name = ${folder}/principal
    key_stash_file = ${folder}/stash
    acl_file = ${folder}/acl
    max_life = 10h
    max_renewable_life = 7d
    default_principal_flags = +renewable, +postdateable
  }
[logging]
  kdc = FILE:${folder}/kdc.log
`,
  );
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
