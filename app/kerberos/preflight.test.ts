import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantFromMs, msOfInstant } from '../model/instant.ts';
import { ticketFailure, type TicketPreflight } from '../model/preflight.ts';
import { sampleCache, sampleCaches, ticketCacheFolder } from '../testing/ticket-caches.ts';
import { checkTicket, judgeReading, type TicketRequest } from './preflight.ts';

const { now, samples } = sampleCaches();
const nowMs = msOfInstant(now);
const machine = { environment: {}, platform: 'linux', uid: 1234, username: 'analyst' } as const;
const minute = 60_000;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-preflight-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function check(path: string, more: Partial<TicketRequest> = {}): Promise<TicketPreflight> {
  return (await checkTicket({ machine, cache: path, nowMs, ...more })).preflight;
}

function judge(file: string, more: Partial<TicketRequest> = {}): TicketPreflight {
  return judgeReading(sampleCache(file).reading!, { cache: `FILE:${file}`, cacheFrom: 'settings', path: file }, { nowMs, ...more });
}

const reasons = (preflight: TicketPreflight): readonly string[] => preflight.messages.map((message) => message.reason);

describe('the samples', () => {
  it.each(samples)('$file is judged $verdict', async (sample) => {
    const preflight = await check(sample.path);
    expect({ verdict: preflight.verdict, reasons: reasons(preflight) }).toEqual({ verdict: sample.verdict, reasons: sample.reasons });
    expect(preflight.facts.principal).toBe(sample.reading?.principal);
    for (const { message, action } of preflight.messages) {
      expect(message).toMatch(/^\S.*\.$/);
      expect(action).toMatch(/^\S.*\.$/);
    }
  });

  it.each(samples)('$file leaves no key or ticket in the answer', async ({ path }) => {
    expect(JSON.stringify(await check(path))).not.toMatch(/K{4}|T{4}|S0tLS|VFRUV|4b4b4b|545454/i);
  });

  it('the folder of caches is read through its primary', async () => {
    const preflight = await check(`DIR:${ticketCacheFolder}/dir`);
    expect(preflight).toMatchObject({
      verdict: 'ok',
      facts: { principal: 'analyst/admin@TEST.KRB', path: `${ticketCacheFolder}/dir/tktwzkdlZ` },
    });
  });
});

describe('the facts', () => {
  it('are all there', () => {
    expect(judge('analyst.ccache').facts).toEqual({
      cache: 'FILE:analyst.ccache',
      cacheFrom: 'settings',
      path: 'analyst.ccache',
      principal: 'analyst@TEST.KRB',
      realm: 'TEST.KRB',
      startsAt: '2026-11-21T00:25:37.000000Z',
      endsAt: '2026-11-21T08:25:37.000000Z',
      renewTill: '2026-11-24T00:25:37.000000Z',
      renewable: true,
      clockOffsetSeconds: 0,
      remainingSeconds: 26_737,
    });
  });

  it('a ticket whose renewal ends where it begins cannot be renewed', () => {
    const { facts } = judge('norenew.ccache');
    expect(facts).toMatchObject({ renewable: false });
    expect(facts).not.toHaveProperty('renewTill');
  });

  it('times beyond 2038 are read without a sign', () => {
    expect(judge('y2096.ccache').facts.endsAt).toBe('2096-10-02T07:06:40.000000Z');
  });
});

describe('time', () => {
  const ends = msOfInstant('2026-11-21T08:25:37.000000Z');
  const starts = msOfInstant('2026-11-21T00:25:37.000000Z');

  it('the last millisecond of a ticket warns, the first after it blocks', () => {
    expect(judge('analyst.ccache', { nowMs: ends - 1 })).toMatchObject({ verdict: 'warning', facts: { remainingSeconds: 0 } });
    expect(judge('analyst.ccache', { nowMs: ends })).toMatchObject({ verdict: 'blocked', facts: { remainingSeconds: 0 } });
  });

  it('15 minutes left are enough, a second less is told', () => {
    expect(judge('analyst.ccache', { nowMs: ends - 15 * minute }).verdict).toBe('ok');
    const soon = judge('analyst.ccache', { nowMs: ends - 15 * minute + 1000 });
    expect(soon.verdict).toBe('warning');
    expect(soon.messages[0]).toEqual({
      level: 'warning',
      reason: 'ends-soon',
      message: 'The Kerberos ticket ends in 14 min, at 2026-11-21 08:25 UTC.',
      action: 'Run kinit -R -c FILE:analyst.ccache now, while it can still be renewed.',
    });
  });

  it('a start 300 s ahead is tolerated, 301 s is not', () => {
    expect(judge('analyst.ccache', { nowMs: starts - 300_000 }).verdict).toBe('ok');
    expect(reasons(judge('analyst.ccache', { nowMs: starts - 301_000 }))).toEqual(['not-yet-valid']);
  });

  it('a run that is expected to outlast the ticket is told so', () => {
    expect(judge('analyst.ccache', { runEndsMs: ends }).verdict).toBe('ok');
    const late = judge('analyst.ccache', { runEndsMs: ends + 1 });
    expect({ verdict: late.verdict, reasons: reasons(late) }).toEqual({ verdict: 'warning', reasons: ['ends-before-run'] });
  });

  it('a postdated ticket past its start still has to be validated', () => {
    const later = judge('postdated.ccache', { nowMs: msOfInstant('2026-11-21T01:40:00.000000Z') });
    expect({ verdict: later.verdict, reasons: reasons(later), action: later.messages[0]?.action }).toEqual({
      verdict: 'blocked',
      reasons: ['not-yet-valid'],
      action: "Run kinit -v, or kinit -c FILE:postdated.ccache o'brien@TEST.KRB.",
    });
  });

  it('service tickets without a ticket-granting ticket are of no use once they have expired', () => {
    expect(reasons(judge('svc_only.ccache', { nowMs: ends }))).toEqual(['expired']);
  });

  it('the clock that is ahead is told to be ahead', () => {
    expect(judge('skew2.ccache').messages[0]?.message).toBe(
      "This machine's clock was 20 min ahead of the Kerberos server's when the ticket was fetched.",
    );
  });
});

describe('the principal', () => {
  it.each(['analyst@TEST.KRB', 'analyst'])('%s is the one of the ticket', (principal) => {
    expect(judge('analyst.ccache', { principal }).verdict).toBe('ok');
  });

  it.each(['other@TEST.KRB', 'analyst@OTHER.KRB', 'ANALYST@TEST.KRB', 'other', 'analyst/admin'])('%s is another one', (principal) => {
    const preflight = judge('analyst.ccache', { principal });
    expect({ verdict: preflight.verdict, reasons: reasons(preflight) }).toEqual({ verdict: 'warning', reasons: ['wrong-principal'] });
    expect(preflight.messages[0]?.action).toContain(`kinit -c FILE:analyst.ccache ${principal}`);
  });
});

describe('the file', () => {
  it('that is not there is missing, and the command to make it is told', async () => {
    const preflight = await check(join(folder, 'absent'), { principal: 'analyst@TEST.KRB' });
    expect(preflight).toMatchObject({ verdict: 'blocked', facts: { renewable: false, path: join(folder, 'absent') } });
    expect(preflight.messages).toEqual([
      {
        level: 'blocked',
        reason: 'missing',
        message: `There is no Kerberos ticket cache at ${folder}/absent.`,
        action: `Run kinit -c FILE:${folder}/absent analyst@TEST.KRB.`,
      },
    ]);
    expect(ticketFailure(preflight)?.code).toBe('kerberos.missing');
  });

  it('that is a folder or a pipe is told to be no file, without waiting', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', pipe]);
    expect(reasons(await check(folder))).toEqual(['not-a-file']);
    expect(reasons(await check(pipe))).toEqual(['not-a-file']);
  });

  it('that is a gigabyte long is not read', async () => {
    const path = join(folder, 'large');
    await writeFile(path, '');
    await truncate(path, 2 ** 30);
    expect(reasons(await check(path))).toEqual(['not-a-cache']);
  });

  it('that may not be read is told with the reason of the system', async () => {
    const path = join(folder, 'private');
    await copyFile(sampleCache('analyst.ccache').path, path);
    await chmod(path, 0o000);
    const script = `import { checkTicket } from ${JSON.stringify(new URL('preflight.ts', import.meta.url).href)};
      if (process.getuid() === 0) process.setuid(65534);
      const request = { machine: ${JSON.stringify(machine)}, cache: ${JSON.stringify(path)}, nowMs: ${nowMs} };
      console.log(JSON.stringify((await checkTicket(request)).preflight));`;
    await chmod(folder, 0o755);
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    const preflight = JSON.parse(output) as TicketPreflight;
    expect(reasons(preflight)).toEqual(['unreadable']);
    expect(preflight.messages[0]?.message).toContain('EACCES');
  });

  it('of a kind that is no file blocks with the command that makes one', async () => {
    const preflight = await check('KCM:', { principal: 'analyst@TEST.KRB' });
    expect(preflight.messages).toEqual([
      {
        level: 'blocked',
        reason: 'unsupported-cache',
        message: 'The Kerberos tickets are kept in KCM:, which is not a file (krb5_cache in the settings).',
        action: 'Run kinit -c FILE:<path> analyst@TEST.KRB and set krb5_cache in the settings to that path.',
      },
    ]);
    expect(ticketFailure(preflight)?.code).toBe('kerberos.unsupported-cache');
  });

  it("of Windows' own kind warns, because Oracle's client can use it", async () => {
    const preflight = await check('MSLSA:');
    expect({ verdict: preflight.verdict, failure: ticketFailure(preflight) }).toEqual({ verdict: 'warning', failure: undefined });
  });
});

describe('several findings', () => {
  it('are all told, the one that blocks first, and each blocked one has its code', () => {
    const preflight = judge('short.ccache', { principal: 'other', nowMs });
    expect(reasons(preflight)).toEqual(['expired', 'wrong-principal']);
    expect(preflight.checkedAt).toBe(instantFromMs(nowMs));
    expect(ticketFailure(preflight)).toMatchObject({ code: 'kerberos.expired', message: preflight.messages[0]?.message });
  });
});
