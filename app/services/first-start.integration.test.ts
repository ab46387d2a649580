import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger, type LogEntry } from '../base/logger.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';
import { openSessionDirectory } from './session-directory.ts';

// What is wrong with a folder is told, and it does not keep the program from starting.

const folders: string[] = [];
const open: TestApp[] = [];
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'cam-first-start-'));
  folders.push(made);
  return made;
}

async function start(...args: Parameters<typeof startTestApp>): Promise<TestApp> {
  const started = await startTestApp(...args);
  open.push(started);
  return started;
}

const database = (more: TestDatabase['more'] = {}): TestDatabase => ({
  name: 'clients',
  driver: 'duckdb',
  more,
  queries: [{ name: 'emails', changeType: 'email', sql: "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date" }],
});

const errorsOf = ({ app }: TestApp): readonly LogEntry[] => app.log.recent().filter(({ level }) => level === 'error');

describe('the program starts', () => {
  it('although a database of somebody lies where the sample should be; a run says what to do', async () => {
    const path = join(folder(), 'client_activity_analysis.duckdb');
    writeFileSync(path, 'not made by this program');
    const test = await start([database({ path })], undefined, { sample: true });
    expect(errorsOf(test).map(({ message, fields }) => [message, fields.action])).toEqual([
      ['the sample databases cannot be made', 'Take sample: true out of databases.yaml, or name another path for the sample.'],
    ]);
    await expect(test.run()).rejects.toMatchObject({ failure: { code: 'config.invalid' } });
  });

  it('although the folder for rows cannot be made; a run says so, and goes when it can be made again', async () => {
    const drive = join(folder(), 'drive');
    writeFileSync(drive, 'a drive that is not connected');
    const test = await start([database()], { query: { retries: 0 }, app_settings: { spool_dir: join(drive, 'spool') } });
    expect(errorsOf(test).map(({ message, fields }) => [message.includes(drive), fields.action])).toEqual([
      [true, 'Check spool_dir in the settings and the rights on it.'],
    ]);
    await expect(test.run()).rejects.toMatchObject({ failure: { code: 'disk.error' } });
    rmSync(drive);
    mkdirSync(drive);
    const { sources } = await test.run();
    expect(Object.values(sources).map(({ status }) => status)).toEqual(['completed']);
  });
});

describe('the folder of this process', () => {
  it('is made although what a dead process left behind is held open by somebody', () => {
    const parent = folder();
    // No process has an id as high as that.
    for (const name of ['session-99999998-a', 'session-99999999-b']) mkdirSync(join(parent, name));
    const lines: LogEntry[] = [];
    const session = openSessionDirectory({
      parent,
      processId: process.pid,
      unique: 'c',
      logger: createLogger(
        (entry) => lines.push(entry),
        () => 0,
      ),
      removeLeftOver: (path) => {
        if (path.endsWith('a')) throw Object.assign(new Error('EBUSY: resource busy or locked'), { code: 'EBUSY' });
        rmSync(path, { recursive: true });
      },
    });
    expect(existsSync(session.path)).toBe(true);
    expect(readdirSync(parent).sort()).toEqual(['session-99999998-a', `session-${String(process.pid)}-c`].sort());
    expect(lines.map(({ level, fields }) => [level, fields.folder])).toEqual([['warn', join(parent, 'session-99999998-a')]]);
  });
});

describe('the eleventh run', () => {
  it.each(['rejects', 'never answers'])('starts although the engine %s when the first one is to be forgotten', async (how) => {
    const test = await start([database()]);
    for (let count = 0; count < 10; count += 1) await test.run();
    const engine = test.processes.find(({ entry }) => entry === 'engine')!.process;
    if (how === 'rejects') engine.kill();
    else process.kill(engine.pid!, 'SIGSTOP');
    const { runId } = await test.app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
    expect(test.app.runs.has(runId)).toBe(true);
    expect(test.app.runs.list().length).toBe(10);
    if (how !== 'rejects') process.kill(engine.pid!, 'SIGCONT');
    await test.app.runs.get(runId).ended;
  });
});
