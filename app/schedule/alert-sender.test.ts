import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { abort, AbortedError } from '../base/abort.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import type { Store } from '../history/store.ts';
import type { NewAlert } from '../model/ledger.ts';
import { type AlertChannel, type AlertConfig, alertReasons } from '../model/schedule-config.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { openTestStore, sqliteStores, type StoreMaker } from '../testing/history-store.ts';
import { ledgerOf } from '../testing/ledger-conformance.ts';
import { partialResult, sampleAlert, sampleMessage, sampleSchedule } from '../testing/ledger-values.ts';
import { startWebhookServer, type WebhookServer } from '../testing/webhook-server.ts';
import { AlertSender, type AlertSenderPorts, notificationOf } from './alert-sender.ts';
import { summaryOf } from './alert-text.ts';
import type { AskLedger } from './ports.ts';
import { notStarted } from './send-command.ts';
import { sendWebhook } from './send-webhook.ts';

const to = '2026-11-20T14:00:00.000000Z';
let maker: StoreMaker;
let store: Store;
let ask: AskLedger;
let hooks: WebhookServer;
let folder: string;

beforeEach(async () => {
  maker = sqliteStores();
  store = await openTestStore(await maker.newLocation());
  ask = ledgerOf(store);
  hooks = await startWebhookServer();
  folder = await mkdtemp(join(tmpdir(), 'cam-alerts-'));
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await hooks.close();
  await store.close();
  await maker.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** The real clock, but waits between tries take no time. */
const impatient: Clock = {
  ...systemClock,
  setTimer: (ms, callback) => systemClock.setTimer(ms === 1000 || ms === 5000 ? 0 : ms, callback),
};

function senderFor(channel: AlertChannel, more: Partial<AlertSenderPorts> = {}): AlertSender {
  let claims = 0;
  const sender = new AlertSender({
    clock: impatient,
    logger: silentLogger,
    ledger: ask,
    newClaim: () => `claim-${String((claims += 1))}-${String(Math.random())}`,
    environment: { TOKEN: 'Bearer abc' },
    reportFolder: () => join(folder, 'reports'),
    ...more,
  });
  sender.configure([sampleSchedule({ alerts: [{ id: 'channel', on: alertReasons, channel }] })]);
  return sender;
}

async function add(change: Partial<NewAlert> = {}): Promise<void> {
  await ask('addAlerts', { schedule: 'hourly', alerts: [sampleAlert(to, { channel: 'channel', ...change })] });
}

async function sent(sender: AlertSender): Promise<readonly (readonly [string, string | null])[]> {
  await sender.sendWaiting();
  await sender.idle();
  const alerts = await ask('alerts', { schedule: 'hourly', limit: 10 });
  return alerts.map(({ state, error }) => [state, error] as const).reverse();
}

/** A program that writes what it is told, and where, into a file. */
async function program(body: string): Promise<readonly string[]> {
  const path = join(folder, 'program.mjs');
  await writeFile(path, `import { readFileSync, writeFileSync } from 'node:fs';\nconst told = readFileSync(0, 'utf8');\n${body}\n`);
  return [process.execPath, path];
}

describe('a webhook', () => {
  const webhook = (change: Partial<Extract<AlertChannel, { kind: 'webhook' }>> = {}): AlertChannel => ({
    kind: 'webhook',
    url: hooks.url,
    timeoutMs: 10_000,
    retries: 2,
    ...change,
  });

  it('gets the alert as JSON with what is missing, and the header from the environment', async () => {
    const message = sampleMessage({ reasons: ['partial'], state: 'incomplete', result: partialResult() });
    await add({ message });
    expect(await sent(senderFor(webhook({ header: { name: 'Authorization', valueEnv: 'TOKEN' } })))).toEqual([['sent', null]]);
    expect(hooks.received).toMatchObject([
      {
        method: 'POST',
        path: '/hook',
        headers: { authorization: 'Bearer abc', 'content-type': 'application/json' },
        body: { ...message, result: { missing: [{ source: 'client/tokens', message: 'The query took longer than its time limit.' }] } },
      },
    ]);
  });

  it('is tried again after a mistake of the server, with the same key, and no more than told', async () => {
    hooks.answer(503, 200);
    await add();
    expect(await sent(senderFor(webhook()))).toEqual([['sent', null]]);
    expect(new Set(hooks.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(hooks.received).toHaveLength(2);
    hooks.answer(500);
    await add({ keys: [{ to, reason: 'failure', detail: '' }] });
    const { host } = new URL(hooks.url);
    expect((await sent(senderFor(webhook())))[1]).toEqual(['failed', `${host} answered 500.`]);
    expect(hooks.received).toHaveLength(5);
  });

  it('is not tried again when the receiver refuses, and does not follow where an answer leads', async () => {
    hooks.answer(403, 302);
    await add();
    await add({ keys: [{ to, reason: 'failure', detail: '' }] });
    const { host } = new URL(hooks.url);
    expect((await sent(senderFor(webhook()))).map(([state]) => state)).toEqual(['failed', 'failed']);
    expect(hooks.received).toHaveLength(2);
    const errors = (await ask('alerts', { schedule: 'hourly', limit: 10 })).map(({ error }) => error).toSorted();
    expect(errors).toEqual([`${host} answered 302.`, `${host} answered 403.`]);
  });

  it('that does not answer is given up after its time, and one that is not there is named', async () => {
    hooks.answer(null);
    await add();
    const { host } = new URL(hooks.url);
    expect(await sent(senderFor(webhook({ timeoutMs: 50, retries: 0 })))).toEqual([['failed', `${host} did not answer within 0.05 s.`]]);
    await hooks.close();
    await add({ keys: [{ to, reason: 'failure', detail: '' }] });
    expect((await sent(senderFor(webhook({ retries: 1 }))))[1]).toEqual(['failed', `${host} cannot be reached: ECONNREFUSED.`]);
  });

  it('that has taken it was told, also where the program is closed before its answer has ended', async () => {
    const closing = new AbortController();
    // The receiver's own answer; the program is closed at once when it comes.
    const fetchOnce = fetch;
    vi.stubGlobal('fetch', async (...asked: Parameters<typeof fetch>) => {
      const response = await fetchOnce(...asked);
      abort(closing, { kind: 'shutdown' });
      return response;
    });
    const channel = webhook() as Extract<AlertChannel, { kind: 'webhook' }>;
    const send = () => sendWebhook(channel, sampleMessage(), 'key', { clock: systemClock, environment: {} }, closing.signal);
    hooks.answerInPart();
    await expect(send()).resolves.toBeUndefined();
    // What comes before an answer still counts as not sent.
    await expect(send()).rejects.toThrow(AbortedError);
    expect(hooks.received).toHaveLength(1);
  });

  it('without its secret is not sent at all', async () => {
    await add();
    const channel = webhook({ header: { name: 'Authorization', valueEnv: 'NOT_SET' } });
    expect(await sent(senderFor(channel))).toEqual([['failed', 'The environment variable NOT_SET is not set.']]);
    expect(hooks.received).toEqual([]);
  });
});

describe('a command', () => {
  it('that is a batch file says how such a file is run', () => {
    const refusal = Object.assign(new Error('spawn EINVAL'), { code: 'EINVAL' });
    expect(notStarted('C:\\soc\\page.CMD', refusal).message).toBe(
      'The command C:\\soc\\page.CMD cannot be started: spawn EINVAL. A batch file is run by cmd.exe: write [cmd.exe, /d, /c, C:\\soc\\page.CMD].',
    );
    expect(notStarted('page.exe', refusal).message).toBe('The command page.exe cannot be started: spawn EINVAL.');
  });

  it('gets the alert as JSON on its standard input, its arguments as they are, and no shell', async () => {
    const message = sampleMessage({ reasons: ['partial'], result: partialResult() });
    await add({ message });
    const command = [
      ...(await program(`writeFileSync(process.argv[2], JSON.stringify([process.argv.slice(3), told]));`)),
      join(folder, 'told'),
      '$(id)',
      '; ls',
    ];
    expect(await sent(senderFor({ kind: 'command', command, timeoutMs: 30_000 }))).toEqual([['sent', null]]);
    const [args, told] = JSON.parse(await readFile(join(folder, 'told'), 'utf8')) as [string[], string];
    expect(args).toEqual(['$(id)', '; ls']);
    expect(JSON.parse(told)).toEqual(message);
  });

  it('that fails is told with what it said', async () => {
    await add();
    const command = await program(`console.error('no pager'); process.exit(3);`);
    expect(await sent(senderFor({ kind: 'command', command, timeoutMs: 30_000 }))).toEqual([
      ['failed', `The command ${process.execPath} ended with code 3. It said: no pager`],
    ]);
  });

  it('that takes too long is ended', async () => {
    await add();
    const command = await program(`writeFileSync(process.argv[1] + '.pid', String(process.pid)); setInterval(() => undefined, 1000);`);
    expect(await sent(senderFor({ kind: 'command', command, timeoutMs: 1500 }))).toEqual([
      ['failed', `The command ${process.execPath} took longer than 1.5 s and was ended.`],
    ]);
    const pid = Number(readFileSync(join(folder, 'program.mjs.pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('that the system refuses at once is told as one that cannot be started', async () => {
    await add();
    const beneath = join(process.execPath, 'here');
    expect(await sent(senderFor({ kind: 'command', command: [beneath], timeoutMs: 1000 }))).toEqual([
      ['failed', `The command ${beneath} cannot be started: spawn ENOTDIR.`],
    ]);
  });

  it('that is not there, or does not read what it is told, ends nothing but itself', async () => {
    await add();
    const channel: AlertChannel = { kind: 'command', command: ['/nothing/here'], timeoutMs: 1000 };
    const [[state, error] = []] = await sent(senderFor(channel));
    expect([state, error]).toEqual(['failed', 'The command /nothing/here cannot be started: spawn /nothing/here ENOENT.']);
    await add({ keys: [{ to, reason: 'failure', detail: '' }], message: sampleMessage({ summary: 'x'.repeat(1_000_000) }) });
    expect((await sent(senderFor({ kind: 'command', command: ['true'], timeoutMs: 30_000 })))[1]).toEqual(['sent', null]);
  });
});

describe('a mail draft', () => {
  it('lies in the report folder, names what is missing, and never takes the place of another one', async () => {
    await add({
      message: sampleMessage({ reasons: ['partial'], state: 'incomplete', result: partialResult(), summary: 'Täglich: unvollständig' }),
    });
    await add({
      keys: [{ to, reason: 'failure', detail: '' }],
      message: sampleMessage({ reasons: ['failure'], state: 'failed', result: null }),
    });
    expect(await sent(senderFor({ kind: 'email', to: ['soc@example.com', 'fraud@example.com'] }))).toEqual([
      ['sent', null],
      ['sent', null],
    ]);
    const names = (await readdir(join(folder, 'reports'))).toSorted();
    expect(names).toEqual(['alert_2026-11-20_1500_hourly_INCOMPLETE (2).eml', 'alert_2026-11-20_1500_hourly_INCOMPLETE.eml']);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, 'reports', name), 'utf8')));
    const bodies = texts.map((text) => Buffer.from(text.slice(text.indexOf('\r\n\r\n')), 'base64').toString('utf8'));
    expect(
      bodies.some((body) =>
        body.includes(
          'Missing: client/tokens (token), timed out [query.timeout]: The query took longer than its time limit. Not known from 2026-11-19 15:00:00 Europe/Berlin',
        ),
      ),
    ).toBe(true);
    expect(bodies.some((body) => body.includes('Missing: every source'))).toBe(true);
    for (const text of texts) {
      expect(text).toMatch(/^X-Unsent: 1\r\nTo: soc@example.com, fraud@example.com\r\nSubject: =\?utf-8\?B\?/);
      expect(text.split('\r\n').every((line) => line.length <= 78)).toBe(true);
    }
  });

  it('has one header a text, whatever is in it', async () => {
    await add({ message: sampleMessage({ schedule: 'a\r\nBcc: x@example.com', summary: 'b\r\nBcc: x@example.com' }) });
    await sent(senderFor({ kind: 'email', to: ['soc@example.com'] }));
    const [name = ''] = await readdir(join(folder, 'reports'));
    expect(name).not.toMatch(/[\r\n:]/);
    const text = await readFile(join(folder, 'reports', name), 'utf8');
    expect(text).not.toMatch(/^Bcc/m);
  });
});

describe('a notification', () => {
  it('waits for a program with a desktop, and names what is missing, but neither clients nor how many', async () => {
    const result = partialResult({ confirmed: 2, filters: ['The filter “robots” hid 3 events.'] });
    await add({ message: sampleMessage({ reasons: ['findings', 'partial'], result }) });
    const clock: Clock = { ...impatient, nowMs: () => Date.parse(to) + 3_600_000 };
    expect(await sent(senderFor({ kind: 'desktop' }, { clock }))).toEqual([['waiting', null]]);
    const shown: string[] = [];
    const notify = (title: string, body: string): void => {
      shown.push(`${title}: ${body}`);
    };
    expect(await sent(senderFor({ kind: 'desktop' }, { clock, notify }))).toEqual([['sent', null]]);
    expect(shown).toEqual([
      'Client Activity Monitor: Schedule hourly: clients are confirmed; sources are missing, clients may be undetermined.\n' +
        'Missing: client/tokens (token), timed out [query.timeout]: The query took longer than its time limit. ' +
        'Not known from 2026-11-19 15:00:00 Europe/Berlin (+01:00) to 2026-11-20 15:00:00 Europe/Berlin (+01:00).\n' +
        'The filter “robots” hid 3 events.',
    ]);
  });

  it('about the databases that come with the program says so, as every other alert does', () => {
    const message = sampleMessage({ reasons: ['findings'], result: partialResult({ confirmed: 2, sampleData: true }) });
    expect(notificationOf(message)).toMatch(/^SAMPLE DATA, no real client\. Schedule hourly.*: clients are confirmed/);
    expect(summaryOf(message)).toMatch(/^SAMPLE DATA, no real client\. Schedule hourly.*: 2 clients are confirmed/);
  });

  it('is given up, and says so, where no window was open for a day', async () => {
    await add({ at: '2026-11-18T14:00:00.000000Z' });
    expect(await sent(senderFor({ kind: 'desktop' }, { clock: { ...impatient, nowMs: () => Date.parse(to) } }))).toEqual([
      ['failed', 'No window took it within a day.'],
    ]);
  });
});

describe('alerts that this program cannot send', () => {
  const webhook = (): AlertChannel => ({ kind: 'webhook', url: hooks.url, timeoutMs: 10_000, retries: 0 });
  const manyFor = (schedule: string, channel: string): Promise<number> =>
    ask('addAlerts', {
      schedule,
      alerts: Array.from({ length: 60 }, (_, index) =>
        sampleAlert(to, { channel, keys: [{ to, reason: 'findings', detail: String(index) }] }),
      ),
    });

  it('are left to another program, and are not in the way of those that it can send', async () => {
    await manyFor('hourly', 'desktop');
    await manyFor('removed', 'channel');
    await add();
    const sender = senderFor(webhook(), { clock: { ...impatient, nowMs: () => Date.parse(to) + 3_600_000 } });
    sender.configure([
      sampleSchedule({
        alerts: [
          { id: 'desktop', on: alertReasons, channel: { kind: 'desktop' } },
          { id: 'channel', on: alertReasons, channel: webhook() },
        ],
      }),
    ]);
    expect((await sent(sender)).at(-1)).toEqual(['sent', null]);
    expect(hooks.received).toHaveLength(1);
    expect((await ask('alerts', { schedule: 'removed', limit: 100 })).filter(({ state }) => state === 'waiting')).toHaveLength(60);
  });

  it('are given up, and say so, when no program has had such a schedule or channel for a week', async () => {
    await add({ channel: 'renamed' });
    await add({ channel: 'renamed', keys: [{ to, reason: 'failure', detail: '' }], at: '2026-11-26T14:00:00.000000Z' });
    const clock: Clock = { ...impatient, nowMs: () => Date.parse('2026-11-28T15:00:00Z') };
    expect(await sent(senderFor(webhook(), { clock }))).toEqual([
      ['failed', 'Nobody sent it within a week; the program that gave it up has no such schedule and channel.'],
      ['waiting', null],
    ]);
    expect(hooks.received).toEqual([]);
  });
});

describe('a program that is closed while the ledger is silent', () => {
  const webhook = (): AlertChannel => ({ kind: 'webhook', url: hooks.url, timeoutMs: 10_000, retries: 0 });

  it('does not wait for what it cannot note', async () => {
    await add();
    const clock = new FakeClock(Date.parse(to));
    const never = new Promise<never>(() => undefined);
    const sender = senderFor(webhook(), { clock, ledger: (method, input) => (method === 'endAlert' ? never : ask(method, input)) });
    await sender.sendWaiting();
    await expect.poll(() => hooks.received.length, { timeout: 20_000 }).toBe(1);
    let isClosed = false;
    void sender.close().then(() => (isClosed = true));
    await clock.advance(10_000);
    expect(isClosed).toBe(true);
  });

  it('sends nothing when its claim is answered after all, and gives it back', async () => {
    await add();
    const answer = Promise.withResolvers<undefined>();
    const ledger: AskLedger = async (method, input) => {
      if (method === 'claimAlert') await answer.promise;
      return ask(method, input);
    };
    const sender = senderFor(webhook(), { clock: new FakeClock(Date.parse(to)), ledger });
    const taking = sender.sendWaiting();
    await sender.close();
    answer.resolve(undefined);
    expect(await taking).toBe(false);
    expect(await sent(sender)).toEqual([['waiting', null]]);
    expect(hooks.received).toEqual([]);
  });
});

describe('many alerts at once', () => {
  const channelOf = (id: string, channel: AlertChannel): AlertConfig => ({ id, on: alertReasons, channel });
  const addMany = (channel: string, count: number): Promise<number> =>
    ask('addAlerts', {
      schedule: 'hourly',
      alerts: Array.from({ length: count }, (_, index) =>
        sampleAlert(to, { channel, keys: [{ to, reason: 'findings', detail: String(index) }] }),
      ),
    });
  const states = async (channel: string): Promise<Readonly<Record<string, number>>> => {
    const alerts = await ask('alerts', { schedule: 'hourly', limit: 1000 });
    const counts: Record<string, number> = {};
    for (const { state } of alerts.filter((alert) => alert.channel === channel)) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  };
  const webhook = (): AlertChannel => ({ kind: 'webhook', url: hooks.url, timeoutMs: 10_000, retries: 0 });
  const atOnce: Clock = {
    ...impatient,
    nowMs: () => Date.parse(to),
    setTimer: (ms, call) => systemClock.setTimer(ms === 3000 ? 100 : ms, call),
  };

  it('are all sent by one look, each once, also more than are looked at at a time', async () => {
    await addMany('channel', 130);
    const sender = senderFor(webhook(), { clock: atOnce });
    expect(await sender.sendWaiting()).toBe(true);
    await sender.idle();
    expect(await states('channel')).toEqual({ sent: 130 });
    expect(new Set(hooks.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(130);
    expect(hooks.received).toHaveLength(130);
  });

  it('of a target that hangs are in no other target’s way, and are given back when the program is closed', async () => {
    await addMany('hanging', 60);
    await addMany('channel', 20);
    const hanging = { kind: 'command' as const, command: await program('setInterval(() => undefined, 1000);'), timeoutMs: 600_000 };
    const sender = senderFor(webhook(), { clock: atOnce });
    sender.configure([sampleSchedule({ alerts: [channelOf('hanging', hanging), channelOf('channel', webhook())] })]);
    await sender.sendWaiting();
    await expect.poll(() => states('channel'), { timeout: 20_000 }).toEqual({ sent: 20 });
    expect((await states('hanging')).sending).toBeLessThanOrEqual(8);
    await sender.close();
    expect(await states('hanging')).toEqual({ waiting: 60 });
    expect(await sender.sendWaiting()).toBe(false);
  });

  it('to a webhook that does not answer are given back too, and sent with the same key by the next program', async () => {
    await addMany('channel', 1);
    hooks.answer(null);
    const first = senderFor({ ...(webhook() as Extract<AlertChannel, { kind: 'webhook' }>), timeoutMs: 600_000 }, { clock: atOnce });
    await first.sendWaiting();
    await expect.poll(() => hooks.received.length, { timeout: 20_000 }).toBe(1);
    await first.close();
    hooks.answer(200);
    expect(await sent(senderFor(webhook(), { clock: atOnce }))).toEqual([['sent', null]]);
    expect(new Set(hooks.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });
});
