import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLogger, type LogEntry } from '../base/logger.ts';
import { forkSpawner, ownProcess } from './fork-spawner.ts';

it('a process has its own log lines kept as what they are, and anything else as text', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cam-fork-'));
  const program = join(folder, 'prints.mjs');
  const entry = { at: 1, level: 'error', message: 'a session was lost', fields: { run: 'r1' } };
  await writeFile(program, `console.error(${JSON.stringify(JSON.stringify(entry))}); console.log('something else');`);
  const lines: LogEntry[] = [];
  const logger = createLogger(
    (line) => lines.push(line),
    () => 0,
  );
  const own = forkSpawner({
    entries: { worker: program, engine: program, 'oracle-probe': program },
    environment: process.env,
    logger,
  })('worker', 'accounts', {});
  await own.exited;
  await expect.poll(() => lines.length).toBe(2);
  const about = { process: 'worker', name: 'accounts', pid: own.pid };
  expect(lines.map(({ level, message, fields }) => [level, message, fields])).toEqual(
    expect.arrayContaining([
      ['error', 'a session was lost', { run: 'r1', ...about }],
      ['warn', 'printed by a process', { text: 'something else', ...about }],
    ]),
  );
  await rm(folder, { recursive: true, force: true });
});

it('a process of which an error is told twice ends nobody else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cam-fork-'));
  const program = join(folder, 'waits.mjs');
  await writeFile(program, 'process.on("message", () => undefined);');
  const child = fork(program, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const own = ownProcess(child);
  const hasExited = new Promise((resolve) => child.once('exit', resolve));
  child.emit('error', new Error('it could not be killed'));
  expect(() => child.emit('error', new Error('nor could it be sent a message'))).not.toThrow();
  expect(await own.exited).toEqual({ code: null, signal: null });
  own.kill();
  await hasExited;
  await rm(folder, { recursive: true, force: true });
});
