import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import type { TicketPreflight } from '../model/preflight.ts';
import { startKdc, type TestKdc } from '../testing/kdc.ts';
import { type CacheReading, readTicketCache } from './ccache.ts';
import { checkTicket } from './preflight.ts';
import { TicketWatcher } from './ticket-watcher.ts';

const password = 'correct horse';
let kdc: TestKdc;
let caches = 0;

beforeAll(async () => {
  kdc = await startKdc();
  await kdc.addPrincipal('analyst', `"${password}"`);
  await kdc.addPrincipal('other', `"${password}"`);
  await kdc.addPrincipal('oracle/db1.cam.test');
  await kdc.addPrincipal('oracle/db2.cam.test');
});

afterAll(async () => {
  await kdc.stop();
});

function newCache(): string {
  caches += 1;
  return join(kdc.folder, `cc_${caches}`);
}

async function check(cache: string, more: { readonly principal?: string; readonly nowMs?: number } = {}): Promise<TicketPreflight> {
  const machine = { environment: kdc.environment, platform: process.platform, username: 'analyst' };
  return (await checkTicket({ machine, cache, nowMs: Date.now(), ...more })).preflight;
}

async function read(cache: string): Promise<CacheReading> {
  const result = readTicketCache(new Uint8Array(await readFile(cache)));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** klist's own lines for a reading: `MM/DD/YY hh:mm:ss  MM/DD/YY hh:mm:ss  server`, and the flags where it is asked for them. */
function asKlist(reading: CacheReading): readonly string[] {
  const time = (seconds: number): string => {
    const [date = '', clock = ''] = new Date(seconds * 1000).toISOString().slice(0, 19).split('T');
    return `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(2, 4)} ${clock}`;
  };
  return reading.tickets.flatMap((ticket) => {
    const renew = ticket.renewTill === 0 ? '' : `renew until ${time(ticket.renewTill)}, `;
    return [`${time(ticket.startTime)}  ${time(ticket.endTime)}  ${ticket.server}`, `${renew}Flags: ${flagLetters(ticket.flags)}`];
  });
}

/** The letters of klist(1), for the bits of RFC 4120, section 5.3. */
function flagLetters(flags: number): string {
  const letters = [
    [0x40000000, 'F'],
    [0x20000000, 'f'],
    [0x10000000, 'P'],
    [0x08000000, 'p'],
    [0x04000000, 'D'],
    [0x02000000, 'd'],
    [0x01000000, 'i'],
    [0x00800000, 'R'],
    [0x00400000, 'I'],
    [0x00100000, 'H'],
    [0x00200000, 'A'],
    [0x00080000, 'T'],
    [0x00040000, 'O'],
    [0x00020000, 'a'],
  ] as const;
  return letters.map(([bit, letter]) => ((flags & bit) === 0 ? '' : letter)).join('');
}

async function expectSameAsKlist(cache: string): Promise<void> {
  const output = await kdc.tool('klist', ['-f', '-c', cache]);
  const lines = output.split('\n').map((line) => line.trim());
  const reading = await read(cache);
  expect(lines).toContain(`Default principal: ${reading.principal}`);
  expect(lines.filter((line) => /^\d\d\/|Flags:/.test(line))).toEqual(asKlist(reading));
}

describe('a real ticket', () => {
  it('is read as klist reads it', async () => {
    const cache = newCache();
    await kdc.kinit('analyst', password, cache, ['-l', '2h', '-r', '1d']);
    await expectSameAsKlist(cache);
    const preflight = await check(cache, { principal: 'analyst@CAM.TEST' });
    expect(preflight).toMatchObject({
      verdict: 'ok',
      messages: [],
      facts: { principal: 'analyst@CAM.TEST', realm: 'CAM.TEST', path: cache, renewable: true },
    });
    // The same machine's clock, but whole seconds: a fetch across a change of the second shows as one.
    expect(Math.abs(preflight.facts.clockOffsetSeconds ?? 99)).toBeLessThanOrEqual(2);
    expect(preflight.facts.remainingSeconds).toBeLessThanOrEqual(7200);
    expect(preflight.facts.remainingSeconds).toBeGreaterThan(7000);
  });

  it('and the service tickets beside it are read as klist reads them', async () => {
    const cache = newCache();
    await kdc.kinit('analyst', password, cache);
    await kdc.tool('kvno', ['-c', cache, 'oracle/db1.cam.test', 'oracle/db2.cam.test']);
    await expectSameAsKlist(cache);
    expect((await read(cache)).tickets.map((ticket) => ticket.server)).toEqual([
      'krbtgt/CAM.TEST@CAM.TEST',
      'oracle/db1.cam.test@CAM.TEST',
      'oracle/db2.cam.test@CAM.TEST',
    ]);
  });

  it('that cannot be renewed says so', async () => {
    const cache = newCache();
    await kdc.kinit('analyst', password, cache, ['-l', '1h']);
    await expectSameAsKlist(cache);
    expect((await check(cache)).facts.renewable).toBe(false);
  });

  it('is renewed: it ends later, and is read as klist reads it', async () => {
    const cache = newCache();
    await kdc.kinit('analyst', password, cache, ['-l', '10m', '-r', '1d']);
    const before = await check(cache);
    expect(before.messages.map((message) => message.reason)).toEqual(['ends-soon']);
    expect(before.messages[0]?.action).toContain('kinit -R');
    // Kerberos counts in seconds: a renewal within the same second could not be told from no renewal. The server reads a coarse clock of the
    // system, which turns some milliseconds after the one that is read here.
    await expect.poll(() => Date.now(), { timeout: 5000 }).toBeGreaterThan(Date.parse(before.facts.startsAt ?? '') + 1200);
    await kdc.tool('kinit', ['-R', '-c', cache]);
    await expectSameAsKlist(cache);
    const after = await check(cache);
    expect((after.facts.endsAt ?? '') > (before.facts.endsAt ?? '')).toBe(true);
    expect(after.facts.renewTill).toBe(before.facts.renewTill);
  });

  it('expires by itself, and klist agrees', async () => {
    const cache = newCache();
    await kdc.kinit('analyst', password, cache, ['-l', '2s']);
    const { startTime = 0 } = (await read(cache)).tickets[0] ?? {};
    expect((await check(cache, { nowMs: startTime * 1000 })).verdict).toBe('warning');
    await expect.poll(async () => (await check(cache)).verdict, { timeout: 10_000 }).toBe('blocked');
    expect((await check(cache)).messages[0]).toMatchObject({ reason: 'expired', action: `Run kinit -c FILE:${cache} analyst@CAM.TEST.` });
    await expectSameAsKlist(cache);
    await expect(kdc.tool('klist', ['-s', '-c', cache])).rejects.toThrow('klist -s');
  });

  it('that is postdated is not valid yet', async () => {
    const cache = newCache();
    await kdc.kinit('analyst', password, cache, ['-s', '1h', '-l', '2h']);
    await expectSameAsKlist(cache);
    expect(await check(cache)).toMatchObject({ verdict: 'blocked', messages: [{ reason: 'not-yet-valid' }] });
  });

  it('of somebody else is told', async () => {
    const cache = newCache();
    await kdc.kinit('other', password, cache);
    expect(await check(cache, { principal: 'analyst@CAM.TEST' })).toMatchObject({
      verdict: 'warning',
      messages: [{ reason: 'wrong-principal' }],
    });
  });

  it('in a folder of caches is found through its primary', async () => {
    const folder = join(kdc.folder, 'collection');
    await mkdir(folder, { mode: 0o700 });
    await kdc.kinit('analyst', password, `DIR:${folder}`);
    await kdc.kinit('other', password, `DIR:${folder}`);
    const preflight = await check(`DIR:${folder}`);
    const klist = await kdc.tool('klist', ['-c', `DIR:${folder}`]);
    expect(klist).toContain(`DIR::${preflight.facts.path ?? ''}`);
    expect(klist).toContain(`Default principal: ${preflight.facts.principal ?? ''}`);
  });

  it('a wrong password leaves no ticket', async () => {
    const cache = newCache();
    await expect(kdc.kinit('analyst', 'wrong', cache)).rejects.toThrow('Password incorrect');
    expect((await check(cache)).messages[0]?.reason).toBe('missing');
  });

  it('gives away nothing of its keys: no four bytes of any are in the reading', async () => {
    const cache = newCache();
    await kdc.kinit('analyst', password, cache);
    const bytes = await readFile(cache);
    const json = JSON.stringify([await read(cache), await check(cache)]);
    // The session key stands after encryption type 18 and its length of 32 bytes.
    const key = bytes.indexOf(Buffer.from('001200000020', 'hex')) + 6;
    expect(key).toBeGreaterThan(6);
    const numbers = new Set([...json.matchAll(/\d+/g)].map(([digits]) => Number(digits)));
    for (let at = key; at <= key + 28; at += 1) {
      const four = bytes.subarray(at, at + 4);
      expect(json.includes(four.toString('hex')) || json.includes(four.toString('latin1')) || numbers.has(four.readUInt32BE())).toBe(false);
    }
  });
});

it('the watcher sees kinit, another kinit and kdestroy', async () => {
  const cache = newCache();
  const seen: string[] = [];
  const machine = { environment: kdc.environment, platform: process.platform, username: 'analyst' };
  const tickets = new TicketWatcher({
    check: () => checkTicket({ machine, cache, nowMs: Date.now() }),
    clock: systemClock,
    pollMs: 3_600_000,
    settleMs: 50,
  });
  tickets.onChange((preflight) => seen.push(preflight.facts.principal ?? preflight.messages[0]?.reason ?? ''));
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['missing']);
  await kdc.kinit('analyst', password, cache);
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['missing', 'analyst@CAM.TEST']);
  await kdc.kinit('other', password, cache);
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['missing', 'analyst@CAM.TEST', 'other@CAM.TEST']);
  await kdc.tool('kdestroy', ['-c', cache]);
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['missing', 'analyst@CAM.TEST', 'other@CAM.TEST', 'missing']);
  tickets.dispose();
});
