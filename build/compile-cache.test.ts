import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));
const query = "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date";

/** A checkout of its own, so that no test touches what the programs of the real one have kept. */
let checkout: string;
let modules: string;
let folder: string;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'cam-checkout-'));
  modules = join(checkout, 'node_modules');
  folder = join(modules, '.cache', 'client-activity-monitor');
  for (const name of ['app', 'build', 'config', 'sql', 'package.json'])
    cpSync(join(repository, name), join(checkout, name), { recursive: true });
  mkdirSync(modules);
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(repository, 'node_modules', name), join(modules, name), 'junction');
  }
  writeFileSync(join(checkout, 'query.sql'), query);
  const database = ['  - name: one', '    driver: duckdb', "    path: ':memory:'", '    sql_queries:'];
  const queries = ['password', 'email', 'phone', 'token'].map(
    (kind) => `      - {name: ${kind}, query_location: query.sql, change_type: ${kind}}`,
  );
  const lines = ['databases:', ...database, ...queries];
  writeFileSync(join(checkout, 'databases.yaml'), lines.join('\n'));
});

beforeEach(() => {
  rmSync(join(modules, '.cache'), { recursive: true, force: true });
});

afterAll(() => {
  rmSync(checkout, { recursive: true, force: true, maxRetries: 5 });
});

/** This process's environment without what would decide about the cache, so that each test says what it is about. */
function environmentWith(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const deciding = ['NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE'];
  const others = Object.fromEntries(Object.entries(process.env).filter(([name]) => !deciding.includes(name)));
  // Node hands the coverage's folder down to every child that is not told otherwise.
  return { ...others, NODE_V8_COVERAGE: '', ...more };
}

/** What `npm run cam` does after the set-up: what it printed, once it has ended well. */
async function cam(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn(process.execPath, [join(checkout, 'build', 'commands.mjs'), 'cam', ...args], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environmentWith(environment),
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
  return text;
}

/** The confirmed clients of a run that was complete. */
async function confirmedOfRun(environment: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const text = await cam(['run', '--last-event', '2026-11-20T14:00:00Z', '--json'], environment);
  return (JSON.parse(text) as { readonly confirmed: unknown }).confirmed;
}

const isConfirmed = [expect.objectContaining({ user_id: '1' })];

function keptIn(where: string): readonly string[] {
  if (!existsSync(where)) return [];
  return readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const workerText = 'startWorker(currentProcessChannel())';
/** A line of each program, by which the file that it is kept in is found. */
const programTexts = [
  'await runProgram(process.argv.slice(2)',
  workerText,
  'await serveEngine(currentProcessChannel()',
  "import '../history/history-thread.ts'",
];

/** The files in which the programs with these lines are kept. */
function filesOf(texts: readonly string[], where: string = folder): readonly string[] {
  const files = keptIn(where);
  return texts.flatMap((text) => files.find((file) => readFileSync(file).includes(text)) ?? []);
}

describe('the cache of compiled modules of a checkout', () => {
  it('is filled by the command line and by the worker, the engine and the threads that it starts, for their user alone', async () => {
    expect(await confirmedOfRun()).toEqual(isConfirmed);
    expect(filesOf(programTexts)).toHaveLength(programTexts.length);
    if (process.platform !== 'win32') expect(lstatSync(folder).mode & 0o777).toBe(0o700);
  });

  it('may be cut short, emptied or overwritten: the run answers as ever, and the files are written anew', async () => {
    await confirmedOfRun();
    const programs = filesOf(programTexts);
    const spoilt = keptIn(folder).map((file, index) => {
      const { size } = statSync(file);
      const ways = [Buffer.alloc(size, 'x'), Buffer.alloc(0), readFileSync(file).subarray(0, 20), readFileSync(file).subarray(0, size / 2)];
      const text = ways[index % ways.length]!;
      writeFileSync(file, text);
      return { file, text };
    });
    expect(await confirmedOfRun()).toEqual(isConfirmed);
    const left = spoilt.filter(({ file, text }) => programs.includes(file) && readFileSync(file).equals(text));
    expect(programs).toHaveLength(programTexts.length);
    expect(left).toEqual([]);
  });

  it('is done without where its folder cannot be made or others may write into it', async () => {
    writeFileSync(join(modules, '.cache'), 'a file where the folder would be');
    expect(await confirmedOfRun()).toEqual(isConfirmed);
    if (process.platform === 'win32') return;
    rmSync(join(modules, '.cache'));
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    expect(await confirmedOfRun()).toEqual(isConfirmed);
    expect(keptIn(folder)).toEqual([]);
  });

  it('is left alone while coverage is counted, where it was switched off, and where the person has a folder of their own', async () => {
    const own = join(checkout, 'own-cache');
    await cam(['--version'], { NODE_V8_COVERAGE: join(checkout, 'coverage') });
    await cam(['--version'], { NODE_DISABLE_COMPILE_CACHE: '1' });
    await confirmedOfRun({ NODE_COMPILE_CACHE: own });
    expect(keptIn(folder)).toEqual([]);
    expect(filesOf([workerText], own)).toHaveLength(1);
  });

  it('has the modules of a process that is killed later on, for it writes them when it has started', async () => {
    const options = ['--require', join(checkout, 'build', 'compile-cache.mjs')];
    const child = fork(join(checkout, 'app', 'hosts', 'worker-entry.ts'), ['one'], {
      execArgv: options,
      env: environmentWith({}),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const exited = once(child, 'exit');
    try {
      await expect.poll(() => filesOf([workerText]), { timeout: 50_000 }).toHaveLength(1);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  });
});
