import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ticketCacheAt } from '../../testing/ticket-caches.ts';
import { runProgram } from './program.ts';

const minute = 60_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-preflight-'));
  await writeFile(join(folder, 'emails.sql'), 'SELECT user_id, change_date FROM changes WHERE change_date >= :start_date');
  // A closed port: nothing may wait for it, for the client library is missing.
  await writeFile(
    join(folder, 'databases.yaml'),
    `databases:
  - name: clients
    driver: oracle
    host: 127.0.0.1
    port: 1
    service_name: AUDIT
    sql_queries:
      - {name: emails, query_location: emails.sql, change_type: email}
`,
  );
  await writeFile(
    join(folder, 'settings.yaml'),
    `oracle_client: {krb5_cache: ${join(folder, 'tickets')}, instant_client_dir: ${join(folder, 'nothing')}}\nquery: {scatter_timeout_ms: 7200000}\n`,
  );
});

afterAll(() => rm(folder, { recursive: true }));

async function cam(...args: readonly string[]) {
  let stdout = '';
  const terminal = { out: (text: string) => (stdout += text), err: () => undefined, isInteractive: false };
  const files = ['--config', join(folder, 'databases.yaml'), '--settings', join(folder, 'settings.yaml'), '--data', join(folder, 'data')];
  const code = await runProgram([...args, ...files], terminal, new AbortController().signal);
  return { code, stdout };
}

async function ticketFor(minutes: number): Promise<void> {
  const nowMs = Date.now();
  const cache = ticketCacheAt({ startMs: nowMs - minute, endMs: nowMs + minutes * minute, renewTillMs: nowMs + 3000 * minute });
  await writeFile(join(folder, 'tickets'), cache);
}

describe('cam check', () => {
  it('prints the facts of the ticket and of the client library before the table', async () => {
    await ticketFor(600);
    const { code, stdout } = await cam('check');
    expect(code).toBe(3);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('Kerberos ticket of clients: ok');
    expect(stdout).toMatch(/principal +analyst@TEST\.KRB/);
    expect(stdout).toMatch(/ends +20\d\d-\d\d-\d\d \d\d:\d\d:\d\d /);
    expect(stdout).toMatch(/renewable +until 20/);
    expect(stdout).toContain('Oracle client library: blocked');
    expect(stdout.indexOf('Oracle client library')).toBeLessThan(stdout.indexOf('who can mend it'));
    expect(stdout).not.toMatch(/K{4}|T{4}/);
  });

  it('gives the same as JSON', async () => {
    await ticketFor(600);
    const { preflight, sources } = JSON.parse((await cam('check', '--json')).stdout) as Record<string, unknown>;
    expect(preflight).toMatchObject({ tickets: [{ databases: ['clients'], preflight: { verdict: 'ok' } }] });
    expect(sources).toHaveLength(1);
  });

  it('warns of a ticket that ends before a run is expected to end, and says how to renew it', async () => {
    await ticketFor(60);
    const { stdout } = await cam('check');
    expect(stdout).toContain('Kerberos ticket of clients: warning');
    expect(stdout).toMatch(/Warning: The Kerberos ticket ends at .* UTC, and a run is expected to last until .* UTC\. Run kinit -R/);
    expect(stdout).toContain('A run started now is expected to last until');
  });
});

describe('cam plan', () => {
  it('warns of the ticket and of the library too', async () => {
    await ticketFor(60);
    const { stdout } = await cam('plan', '--last-event', 'now');
    expect(stdout).toContain('Warning: The Kerberos ticket ends at');
    expect(stdout).toContain('Not usable: ');
    await ticketFor(600);
    expect((await cam('plan', '--last-event', 'now')).stdout).not.toContain('Warning');
  });
});
