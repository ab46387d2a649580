import { copyFile, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../base/clock.ts';
import { msOfInstant } from '../model/instant.ts';
import type { TicketPreflight } from '../model/preflight.ts';
import { sampleCache, sampleCaches } from '../testing/ticket-caches.ts';
import { checkTicket } from './preflight.ts';
import { TicketWatcher } from './ticket-watcher.ts';

const machine = { environment: {}, platform: 'linux', uid: 1234, username: 'analyst' } as const;
const hour = 3_600_000;
let folder = '';
let cache = '';
let nowMs = 0;
let checks = 0;
let watcher: TicketWatcher | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-watch-'));
  cache = join(folder, 'cc');
  nowMs = msOfInstant(sampleCaches().now);
  checks = 0;
});

afterEach(async () => {
  watcher?.dispose();
  await rm(folder, { recursive: true, force: true });
});

function start(options: { readonly clock?: Clock; readonly pollMs?: number; readonly path?: string } = {}): TicketWatcher {
  watcher = new TicketWatcher({
    check: () => {
      checks += 1;
      return checkTicket({ machine, cache: options.path ?? cache, nowMs });
    },
    clock: options.clock ?? systemClock,
    pollMs: options.pollMs ?? hour,
    settleMs: 20,
  });
  return watcher;
}

function nextChange(of: TicketWatcher): Promise<TicketPreflight> {
  return new Promise((resolve) => {
    const stop = of.onChange((preflight) => {
      stop();
      resolve(preflight);
    });
  });
}

/** A clock whose timers are run by hand. */
function handClock(): { readonly clock: Clock; readonly pending: () => number; readonly runTimers: () => void } {
  const timers = new Set<() => void>();
  return {
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      setTimer: (_delayMs, callback) => {
        timers.add(callback);
        return () => timers.delete(callback);
      },
    },
    pending: () => timers.size,
    runTimers: () => {
      for (const callback of [...timers]) {
        timers.delete(callback);
        callback();
      }
    },
  };
}

describe('the file', () => {
  it('appears, is renewed, and goes: each is told once', async () => {
    const tickets = start();
    expect((await nextChange(tickets)).messages[0]?.reason).toBe('missing');

    const appeared = nextChange(tickets);
    await copyFile(sampleCache('norenew.ccache').path, cache);
    expect(await appeared).toMatchObject({ verdict: 'ok', facts: { principal: 'norenew@TEST.KRB' } });

    const replaced = nextChange(tickets);
    await copyFile(sampleCache('obrien.ccache').path, `${cache}.new`);
    await rename(`${cache}.new`, cache);
    expect(await replaced).toMatchObject({ verdict: 'ok', facts: { principal: "o'brien@TEST.KRB" } });

    const gone = nextChange(tickets);
    await rm(cache);
    expect(await gone).toMatchObject({ verdict: 'blocked' });
    expect(tickets.last?.verdict).toBe('blocked');
  });

  it('that is touched without another content is checked again and not told', async () => {
    await copyFile(sampleCache('analyst.ccache').path, cache);
    const tickets = start();
    await nextChange(tickets);
    const told: TicketPreflight[] = [];
    tickets.onChange((preflight) => told.push(preflight));
    const before = checks;
    await utimes(cache, new Date(), new Date());
    await expect.poll(() => checks, { timeout: 10_000 }).toBeGreaterThan(before);
    await tickets.checkNow();
    expect(told).toEqual([]);
  });

  it('of another name in the same folder causes no check', async () => {
    const { clock, pending } = handClock();
    const tickets = start({ clock });
    await nextChange(tickets);
    expect(pending()).toBe(1);
    await writeFile(join(folder, 'other'), 'x');
    await copyFile(sampleCache('analyst.ccache').path, cache);
    await expect.poll(pending, { timeout: 10_000 }).toBe(2);
    expect(checks).toBe(1);
  });

  it('is followed through the primary of a folder of caches', async () => {
    await copyFile(sampleCache('analyst.ccache').path, join(folder, 'tktA'));
    await copyFile(sampleCache('obrien.ccache').path, join(folder, 'tktB'));
    await writeFile(join(folder, 'primary'), 'tktA\n');
    const tickets = start({ path: `DIR:${folder}` });
    expect((await nextChange(tickets)).facts.principal).toBe('analyst@TEST.KRB');
    const changed = nextChange(tickets);
    await writeFile(join(folder, 'primary'), 'tktB\n');
    expect((await changed).facts.principal).toBe("o'brien@TEST.KRB");
  });
});

describe('the regular check', () => {
  it('tells that a ticket has expired although its file has not changed', async () => {
    const { clock, runTimers } = handClock();
    await copyFile(sampleCache('analyst.ccache').path, cache);
    const tickets = start({ clock });
    expect((await nextChange(tickets)).verdict).toBe('ok');
    const changed = nextChange(tickets);
    nowMs += 10 * hour;
    runTimers();
    expect((await changed).messages[0]?.reason).toBe('expired');
  });

  it('is not told while only the time left has changed', async () => {
    const { clock, runTimers, pending } = handClock();
    await copyFile(sampleCache('analyst.ccache').path, cache);
    const tickets = start({ clock });
    const first = await nextChange(tickets);
    const told: TicketPreflight[] = [];
    tickets.onChange((preflight) => told.push(preflight));
    nowMs += hour;
    runTimers();
    await expect.poll(() => tickets.last?.facts.remainingSeconds).toBe((first.facts.remainingSeconds ?? 0) - 3600);
    expect({ told, pending: pending() }).toEqual({ told: [], pending: 1 });
  });

  it('finds a folder that was made after the start, and one that was made anew', async () => {
    const inner = join(folder, 'later');
    const path = join(inner, 'cc');
    const tickets = start({ path, pollMs: 20 });
    await nextChange(tickets);
    for (const sample of ['analyst.ccache', 'obrien.ccache']) {
      const changed = nextChange(tickets);
      await mkdir(inner);
      await copyFile(sampleCache(sample).path, path);
      expect((await changed).facts.principal).toBe(sampleCache(sample).reading?.principal);
      const gone = nextChange(tickets);
      await rm(inner, { recursive: true });
      expect((await gone).verdict).toBe('blocked');
    }
  });
});

describe('its end', () => {
  it('leaves no timer and calls nobody any more', async () => {
    const { clock, pending } = handClock();
    const tickets = start({ clock });
    await nextChange(tickets);
    const told: TicketPreflight[] = [];
    tickets.onChange((preflight) => told.push(preflight));
    await copyFile(sampleCache('analyst.ccache').path, cache);
    const late = tickets.checkNow();
    tickets.dispose();
    tickets.dispose();
    expect((await late).verdict).toBe('ok');
    expect({ told, pending: pending() }).toEqual({ told: [], pending: 0 });
  });

  it('during the first check leaves no timer either', async () => {
    const { clock, pending } = handClock();
    const tickets = start({ clock });
    tickets.dispose();
    await tickets.checkNow();
    expect(pending()).toBe(0);
  });
});

it('many calls during one check share one further check', async () => {
  const tickets = start();
  const answers = await Promise.all([tickets.checkNow(), tickets.checkNow(), tickets.checkNow()]);
  expect({ same: new Set(answers).size, checks }).toEqual({ same: 1, checks: 2 });
});
