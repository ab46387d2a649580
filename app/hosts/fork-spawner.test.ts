import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ownProcess } from './fork-spawner.ts';

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
