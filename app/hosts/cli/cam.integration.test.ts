import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPromise } from 'yauzl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../cam.ts', import.meta.url));
const types = ['password', 'email', 'phone', 'token'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-cli-'));
  const values = "('17', TIMESTAMP '2026-11-20 13:00:00.123456', NULL), ('3', TIMESTAMP '2026-11-20 12:00:00', '=1+1')";
  for (const type of types)
    await writeFile(join(folder, `${type}.sql`), `SELECT * FROM (VALUES ${values}) AS t(user_id, change_date, changed_by)\n`);
  await writeFile(join(folder, 'broken.sql'), 'SELECT * FROM no_such_table\n');
  await writeFile(
    join(folder, 'endless.sql'),
    "SELECT i::VARCHAR AS user_id, TIMESTAMP '2026-11-20' AS change_date FROM range(1000000000) a(i), range(1000) b(j)\n",
  );
  await writeConfig(
    'all.yaml',
    types.map((type) => [type, `${type}.sql`]),
  );
  await writeConfig('partial.yaml', [...types.slice(0, 3).map((type) => [type, `${type}.sql`]), ['token', 'broken.sql']]);
  await writeConfig('endless.yaml', [['token', 'endless.sql']]);
});

afterAll(() => rm(folder, { recursive: true }));

async function writeConfig(name: string, queries: readonly (readonly string[])[]): Promise<void> {
  const lines = queries.map(([type, file]) => `      - {name: ${type}, query_location: ${file}, change_type: ${type}}`);
  await writeFile(
    join(folder, name),
    `databases:\n  - name: one\n    driver: duckdb\n    path: ':memory:'\n    sql_queries:\n${lines.join('\n')}\n`,
  );
}

/** The messages of the log in a bundle. */
async function logOf(path: string): Promise<readonly string[]> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  let text = '';
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== 'run.log.jsonl') continue;
    for await (const chunk of await zip.openReadStreamPromise(entry)) text += String(chunk);
  }
  zip.close();
  return text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly message: string }).message);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cam(args: readonly string[], onStderr: (text: string, child: { interrupt(): void }) => void = () => undefined): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const data = args.includes('--data') ? [] : ['--data', join(folder, 'data')];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args, ...data], {
      cwd: folder,
      // A group of its own, as a terminal gives to what it starts.
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onStderr(stderr, { interrupt: () => interruptGroup(child.pid) });
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Ctrl+C in a terminal reaches the program and every process that it has started. */
function interruptGroup(pid: number | undefined): void {
  if (pid === undefined) throw new Error('the program was not started');
  process.kill(-pid, 'SIGINT');
}

const run = (config: string, ...more: string[]): Promise<Ended> =>
  cam(['run', '--config', join(folder, config), '--last-event', '2026-11-20T14:00:00Z', '--zone', 'UTC', ...more]);

describe('cam run', () => {
  it('prints the merged table and ends with 0 when everything answered', async () => {
    const { code, stdout } = await run('all.yaml');
    expect(code).toBe(0);
    expect(stdout).toContain('2 clients confirmed');
    expect(stdout.indexOf('\n3 ')).toBeLessThan(stdout.indexOf('\n17 '));
  });

  it('announces before it starts that its history is above a budget', async () => {
    await writeFile(join(folder, 'budget.yaml'), 'budget: { run: { rows: { soft: 1 } } }\n');
    const options = ['--settings', join(folder, 'budget.yaml'), '--data', join(folder, 'budget-data')];
    const announced = 'Note: The run usually takes 8 rows, which is above the soft limit of 1 row';
    expect((await run('all.yaml', ...options)).stderr).not.toContain(announced);
    const { stderr } = await run('all.yaml', ...options);
    expect(stderr).toContain(announced);
    expect(stderr.indexOf(announced)).toBeLessThan(stderr.indexOf('Warning:'));
  });

  it('ends with 2 when a source is missing, names it and never says that nobody is concerned', async () => {
    const { code, stdout, stderr } = await run('partial.yaml');
    expect(code).toBe(2);
    expect(stdout).toContain('0 confirmed, 2 undetermined');
    expect(stdout).toContain('one/token');
    expect(stderr).toContain('Missing: one/token');
    expect(stdout).not.toMatch(/no client|nobody|none/i);
  });

  it('ends with 3 and without a table when it is strict and a source is missing', async () => {
    const { code, stdout } = await run('partial.yaml', '--strict', '--format', 'csv', '--out', join(folder, 'strict.csv'));
    expect(code).toBe(3);
    expect(stdout).not.toContain('user_id');
    await expect(readFile(join(folder, 'strict.csv'))).rejects.toThrow(/ENOENT/);
  });

  it('ends with 1 on a match only when it was asked to', async () => {
    expect((await run('all.yaml', '--fail-on-match')).code).toBe(1);
    expect((await run('partial.yaml', '--fail-on-match')).code).toBe(2);
  });

  it('writes a CSV with exactly the columns of the report, ISO times and an empty field for NULL', async () => {
    const file = join(folder, 'report.csv');
    expect((await run('all.yaml', '--format', 'csv', '--out', file)).code).toBe(0);
    const [header, first] = (await readFile(file, 'utf8')).split('\r\n');
    const main = types.flatMap((type) => [`${type}_change_time`, `${type}_source_db`]);
    const evidence = types.map((type) => `${type}_changed_by`);
    expect(header).toBe(
      [
        'user_id',
        ...main,
        'earliest_change',
        'latest_change',
        'change_window_hours',
        'verdict',
        'missing_sources',
        ...evidence,
        'confidence',
      ].join(','),
    );
    expect(first).toContain('2026-11-20T12:00:00.000000Z');
    expect(first).toContain("'=1+1");
    expect(
      JSON.parse(await readFile(`${file.slice(0, -4)}.meta.json`, 'utf8').catch(() => readFile(`${file}.meta.json`, 'utf8'))),
    ).toMatchObject({ expected: 4, answered: 4 });
  });

  it('prints nothing but JSON on standard output with --json', async () => {
    const { stdout } = await run('all.yaml', '--json', '--case', ' INC-4711 ');
    const printed = JSON.parse(stdout) as {
      metadata: { coveragePercent: number; caseReference: string };
      confirmed: { user_id: string; password_change_time: string }[];
    };
    expect(printed.metadata).toMatchObject({ coveragePercent: 100, caseReference: 'INC-4711' });
    expect(printed.confirmed.map((row) => row.user_id)).toEqual(['3', '17']);
    expect(printed.confirmed[1]?.password_change_time).toBe('2026-11-20T13:00:00.123456Z');
  });

  it('ends with 4 and tells every mistake of the configuration with its line', async () => {
    await writeFile(
      join(folder, 'bad.yaml'),
      'databases:\n  - name: one\n    drivr: duckdb\n    sql_queries:\n      - {name: whatever, query_location: missing.sql}\n',
    );
    const { code, stderr, stdout } = await run('bad.yaml');
    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/bad\.yaml:3:\d+ .*drivr/);
    expect(stderr).toContain('missing.sql');
    expect(stderr).toContain('nothing was started');
  });

  it.each([
    ['--last-event', 'yesterday'],
    ['--window-hours', '-1'],
    ['--format', 'pdf'],
    ['--case', 'two\nlines'],
  ])('ends with 4 for %s %s and says what to write', async (...args) => {
    const { code, stderr } = await run('all.yaml', ...args);
    expect(code).toBe(4);
    expect(stderr.length).toBeGreaterThan(20);
  });

  it('is cancelled by Ctrl+C, waits until the database has let go, and ends with 130', async () => {
    let isSent = false;
    const { code, stderr, stdout } = await cam(
      ['run', '--config', join(folder, 'endless.yaml'), '--last-event', '2026-11-20T14:00:00Z'],
      (text, child) => {
        if (isSent || !text.includes('running')) return;
        isSent = true;
        child.interrupt();
      },
    );
    expect(code).toBe(130);
    expect(stderr).toContain('cancelled (confirmed)');
    expect(stdout).not.toMatch(/no client|nobody/i);
  });
});

describe('cam bundle', () => {
  it('makes the bundle of a kept run in another process, and leaves out a statement that may not be the one that was sent', async () => {
    const config = join(folder, 'partial.yaml');
    const run = await cam(['run', '--config', config, '--last-event', '2026-11-20T14:00:00Z', '--json']);
    const { metadata } = JSON.parse(run.stdout) as { readonly metadata: { readonly runId: string } };
    const email = await readFile(join(folder, 'email.sql'), 'utf8');
    await writeFile(join(folder, 'email.sql'), `-- changed since\n${email}`);
    const later = join(folder, 'later.zip');
    const made = await cam(['bundle', metadata.runId, '--config', config, '--out', later]);
    await writeFile(join(folder, 'email.sql'), email);
    expect(made).toMatchObject({ code: 2, stderr: expect.stringContaining('signed by key') as string });
    expect(made.stderr).toContain('Missing: one/token');
    const check = await cam(['verify', later, '--json']);
    expect(check.code).toBe(0);
    expect(JSON.parse(check.stdout)).toMatchObject({
      isIntact: true,
      manifest: { isReopened: true, changedQueries: ['one/email'], log: { dropped: 0, isWhole: true } },
    });
    // What the other process has logged about the run is in it, and that this one has opened it.
    expect(await logOf(later)).toEqual(expect.arrayContaining(['run started', 'source failed', 'run partial', 'a kept result was opened']));
  });
});

describe('cam verify', () => {
  it('tells an intact bundle from a changed one and from one of another key, by its exit code too', async () => {
    const bundle = join(folder, 'evidence.zip');
    const run = await cam(['run', '--config', join(folder, 'partial.yaml'), '--last-event', '2026-11-20T14:00:00Z', '--bundle', bundle]);
    expect(run.code).toBe(2);
    const fingerprint = /signed by key ([0-9a-f]{64})/.exec(run.stderr)?.[1] ?? '';
    const intact = await cam(['verify', bundle, '--key', fingerprint]);
    expect(intact).toMatchObject({ code: 0, stdout: expect.stringMatching(/^INTACT: /) as string });
    expect(intact.stdout).toContain('It is the key you named.');
    expect(intact.stdout).toContain('Missing: one/token');
    expect((await cam(['verify', bundle, '--key', '0'.repeat(64)])).code).toBe(2);
    expect((await cam(['verify', bundle])).stdout).toContain('It is a key of this program.');
    const elsewhere = await cam(['verify', bundle, '--data', join(folder, 'nothing-here')]);
    expect(elsewhere).toMatchObject({ code: 0, stdout: expect.stringContaining('Any key can have made this signature') as string });
    const others = join(folder, 'others-data');
    await mkdir(join(others, 'keys'), { recursive: true });
    await writeFile(join(others, 'keys', 'own-fingerprints.txt'), `${'1'.repeat(64)}\n`);
    const foreign = await cam(['verify', bundle, '--data', others]);
    expect(foreign).toMatchObject({ code: 2, stdout: expect.stringMatching(/^FOREIGN KEY: /) as string });
    expect(foreign.stdout).toContain(fingerprint);
    const bytes = await readFile(bundle);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    await writeFile(bundle, bytes);
    const changed = await cam(['verify', bundle, '--key', fingerprint]);
    expect(changed).toMatchObject({ code: 2, stdout: expect.stringMatching(/^NOT INTACT: /) as string });
    expect((await cam(['verify', join(folder, 'nowhere.zip')])).code).toBe(3);
  });
});

describe('cam check', () => {
  it('describes every source without running it', async () => {
    const { code, stdout } = await cam(['check', '--config', join(folder, 'all.yaml')]);
    expect(code).toBe(0);
    expect(stdout).toContain('All 4 sources are ready');
    expect(stdout).toContain('id user_id, time change_date');
  });

  it('says what is wrong and who can mend it', async () => {
    const { code, stdout } = await cam(['check', '--config', join(folder, 'partial.yaml')]);
    expect(code).toBe(3);
    expect(stdout).toContain('one/token');
    expect(stdout).toContain('1 of 4 sources are not ready');
  });
});
