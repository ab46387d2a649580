import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abort } from '../base/abort.ts';
import { systemClock } from '../base/clock.ts';
import { Duck } from './duck.ts';
import { engineError } from './engine-failure.ts';
import { joinSql, ownName, sql } from './sql.ts';

let directory: string;
let duck: Duck;
const never = new AbortController().signal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cam-duck-'));
  duck = await Duck.open({ directory: join(directory, 'made'), memoryLimitMb: 256, threads: 2, clock: systemClock });
});
afterEach(async () => {
  await duck.close();
  await rm(directory, { recursive: true, force: true });
});

/** Would take years. */
const endless = sql`SELECT count(*) FROM range(100000000) AS a(x), range(100000000) AS b(y) WHERE x * y = 7`;

describe('a session', () => {
  it('ends with the reason of the abort while its statement runs, and the next one works', async () => {
    const controller = new AbortController();
    const running = duck.session(controller.signal, (session) => session.run(endless));
    setTimeout(() => {
      abort(controller, { kind: 'timeout', afterMs: 20, what: 'run' });
    }, 20);
    await expect(running).rejects.toMatchObject({ name: 'AbortedError', reason: { kind: 'timeout' } });
    expect(await duck.session(never, (session) => session.row(sql`SELECT 1`))).toEqual([1]);
  });

  it('does nothing when it is aborted already', async () => {
    const controller = new AbortController();
    abort(controller, { kind: 'cancel', by: 'test' });
    await expect(duck.session(controller.signal, (session) => session.run(endless))).rejects.toMatchObject({ reason: { kind: 'cancel' } });
  });

  it('is interrupted when the database closes, which leaves no files', async () => {
    const running = duck.session(never, (session) => session.run(endless));
    const ended = expect(running).rejects.toMatchObject({ reason: { kind: 'shutdown' } });
    await duck.close();
    await ended;
    expect(readdirSync(join(directory, 'made'))).toEqual([]);
    await expect(duck.session(never, (session) => session.run(sql`SELECT 1`))).rejects.toMatchObject({ reason: { kind: 'shutdown' } });
  });

  it('reads zones as named and never as the machine has them', async () => {
    const [zone] = await duck.session(never, (session) => session.row(sql`SELECT current_setting('TimeZone')`));
    expect(zone).toBe('UTC');
    expect(existsSync(join(directory, 'made'))).toBe(true);
  });
});

describe('opening', () => {
  it('removes what a killed process left, and nothing of one that runs', async () => {
    const gone = spawnSync(process.execPath, ['--version']).pid;
    const made = join(directory, 'made');
    for (const name of [`merge-${String(gone)}-abc`, `merge-${String(process.pid)}-other`, 'something else'])
      await mkdir(join(made, name, 'x'), { recursive: true });
    const other = await Duck.open({ directory: made, memoryLimitMb: 64, threads: 1, clock: systemClock });
    const left = readdirSync(made);
    await other.close();
    expect(left).toContain('something else');
    expect(left).toContain(`merge-${String(process.pid)}-other`);
    expect(left).not.toContain(`merge-${String(gone)}-abc`);
  });
});

describe('a statement', () => {
  it('binds every value, whatever stands in it', async () => {
    for (const value of ["'; DROP TABLE x; --", '"', '$1', '\\', '\u{1f600}\u0000', '']) {
      const [same] = await duck.session(never, (session) => session.row(sql`SELECT ${value}`));
      expect(same).toBe(value);
    }
    const [length] = await duck.session(never, (session) => session.row(sql`SELECT len(CAST(${["a'b", 'c']} AS VARCHAR[]))`));
    expect(length).toBe(2n);
  });

  it('numbers the values of its pieces in their order', () => {
    const inner = sql`x = ${'b'} AND y = ${null}`;
    const whole = sql`SELECT ${'a'} WHERE ${inner} AND ${joinSql([sql`z = ${'c'}`, sql`TRUE`], sql` OR `)} LIMIT ${1}`;
    expect(whole.text).toBe('SELECT $1 WHERE x = $2 AND y = $3 AND z = $4 OR TRUE LIMIT $5');
    expect(whole.values).toEqual(['a', 'b', null, 'c', 1]);
  });

  it('takes no name but the engine’s own', () => {
    for (const name of ['a b', 'a"', '1a', '', 'DROP', 'a;']) expect(() => ownName(name)).toThrow();
    expect(ownName('c12').text).toBe('c12');
  });
});

describe('what the database reports', () => {
  it('is told as what it means', () => {
    const codeOf = (text: string): string => engineError(new Error(text)).failure.code;
    expect(codeOf('IO Error: Could not write file "x": No space left on device')).toBe('disk.full');
    expect(codeOf("Out of Memory Error: failed to offload … This limit was set by the 'max_temp_directory_size' setting.")).toBe(
      'disk.full',
    );
    expect(codeOf('Out of Memory Error: failed to allocate data')).toBe('engine.error');
    expect(codeOf('Binder Error: something')).toBe('engine.error');
  });
});
