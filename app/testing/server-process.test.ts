import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram, startServer } from './server-process.ts';

const shell = '/bin/sh';

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'cam-server-'));
}

/** Whether a process is there and is not merely waiting to be counted as dead. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

describe('a server of a test', () => {
  it('that is not installed is told in one line, with the way to get it', () => {
    expect(() => findProgram('no-such-server', [], 'apt-get install no-such-package')).toThrow(
      /^no-such-server is not installed: apt-get install no-such-package$/,
    );
  });

  it('that ends at its start is told with what it printed, and its folder is gone', async () => {
    const folder = await newFolder();
    const starting = startServer({
      program: shell,
      arguments: ['-c', 'echo no such setting >&2; exit 3'],
      environment: {},
      folder,
      endSignal: 'TERM',
      isReady: () => Promise.resolve(false),
    });
    await expect(starting).rejects.toThrow('/bin/sh did not start: no such setting');
    expect(existsSync(folder)).toBe(false);
  });

  it('is ended by stop, with its folder, even if it does not listen to the signal', async () => {
    const folder = await newFolder();
    const server = await startServer({
      program: shell,
      arguments: ['-c', "trap '' TERM; while :; do sleep 0.05; done"],
      environment: {},
      folder,
      endSignal: 'TERM',
      isReady: () => Promise.resolve(true),
    });
    expect(isRunning(server.pid)).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    await expect.poll(() => isRunning(server.pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('is gone when the process of the test is killed, with its folder', async () => {
    const folder = await newFolder();
    const script = `
      import { startServer } from ${JSON.stringify(new URL('server-process.ts', import.meta.url).href)};
      const server = await startServer({
        program: '/bin/sleep', arguments: ['1000'], environment: {}, folder: ${JSON.stringify(folder)},
        endSignal: 'TERM', isReady: () => Promise.resolve(true),
      });
      console.log(server.pid);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    expect({ isRunning: isRunning(pid), hasFolder: existsSync(folder) }).toEqual({ isRunning: true, hasFolder: true });
    child.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
    await expect.poll(() => existsSync(folder), { timeout: 20_000 }).toBe(false);
  });
});
