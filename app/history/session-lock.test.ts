import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimSession, settledSessions } from './session-lock.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cam-lock-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const module = new URL('./session-lock.ts', import.meta.url).href;

describe('the lock of a session', () => {
  it('is held by one at a time, in one process too, and free again when let go', () => {
    const lock = claimSession(directory, '1-aa');
    expect(lock).toBeDefined();
    expect(claimSession(directory, '1-aa')).toBeUndefined();
    const other = claimSession(directory, '2-bb');
    expect(other).toBeDefined();
    lock?.release();
    const again = claimSession(directory, '1-aa');
    expect(again).toBeDefined();
    again?.remove();
    other?.remove();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('of a process that is killed is free at once', async () => {
    const code = `const { claimSession } = await import(${JSON.stringify(module)}); globalThis.lock = claimSession(${JSON.stringify(directory)}, '3-cc'); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(claimSession(directory, '3-cc')).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = claimSession(directory, '3-cc');
    expect(lock).toBeDefined();
    lock?.remove();
  });

  it('is told of when its file has been there for long enough not to be just starting', () => {
    for (const session of ['1-aa', '2-bb']) claimSession(directory, session)?.release();
    const old = Date.now() / 1000 - 7200;
    utimesSync(join(directory, 'session-1-aa.lock'), old, old);
    expect(settledSessions(directory, Date.now())).toEqual(['1-aa']);
  });
});
