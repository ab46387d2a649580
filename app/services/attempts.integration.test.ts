import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { coverageOf, sourceOf } from '../model/run-reducer.ts';
import type { NumberedRunEvent, RunState } from '../model/run.ts';
import { type FakeScriptInput, fakeSql } from '../testing/fake-script.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

const others = ['password', 'email', 'phone'] as const;
const token = 'db_token/token';
const columns = [
  { name: 'user_id', kind: 'text' as const, values: ['1', '2'] },
  { name: 'change_date', kind: 'timestamp' as const, values: ['2026-11-20 13:00:00'] },
];
const hourMs = 3_600_000;

/** Two databases; clients 1 and 2 have all four changes at 13:00. The one with the tokens does what the scripts of its endpoints say. */
function databases(
  primary: FakeScriptInput,
  standbys: readonly FakeScriptInput[] = [],
  sql = fakeSql({ columns, rows: 2 }),
): TestDatabase[] {
  const both =
    "SELECT * FROM (VALUES ('1', TIMESTAMP '2026-11-20 13:00:00'), ('2', TIMESTAMP '2026-11-20 13:00:00')) AS t(user_id, change_date)";
  return [
    { name: 'db_others', driver: 'duckdb', queries: others.map((type) => ({ name: type, changeType: type, sql: both })) },
    {
      ...{ name: 'db_token', driver: 'fake', script: primary, queries: [{ name: 'token', changeType: 'token', sql }] },
      more: { standbys: standbys.map((script) => ({ script: JSON.stringify(script) })) },
    },
  ];
}

const quick = { query: { retries: 2, retry_delays_ms: [10], retry_jitter: 0 } };
const unreachable: FakeScriptInput = { connect: { then: 'fail', code: 'db.unreachable' } };

describe('the attempts of a run', () => {
  const open: TestApp[] = [];
  const start = async (...args: Parameters<typeof startTestApp>): Promise<TestApp> => {
    const started = await startTestApp(...args);
    open.push(started);
    return started;
  };
  afterEach(async () => {
    for (const started of open.splice(0)) await started.close();
  });
  const clients = async ({ app }: TestApp, { plan }: RunState, kind: 'confirmed' | 'undetermined'): Promise<unknown[]> => {
    const request = { table: { kind }, offset: 0, limit: 100, filters: [] };
    return (await app.handlers['result.page']({ runId: plan.runId, request })).rows.map((row) => row[0]);
  };
  const told = (test: TestApp): NumberedRunEvent[] => {
    const events: NumberedRunEvent[] = [];
    test.app.subscribe((name, payload) => {
      if (name === 'run.event') events.push(payload as NumberedRunEvent);
    });
    return events;
  };

  it('are made again over real processes until the retries are spent, each told with its end and with the time of the next', async () => {
    const test = await start(databases(unreachable), quick);
    const events = told(test);
    const state = await test.run();
    const { attempts, outcome } = sourceOf(state, token);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'db.unreachable' } });
    expect(attempts.map(({ attempt, outcome: how }) => [attempt, how])).toEqual([1, 2, 3].map((number) => [number, 'failed']));
    expect(attempts.map(({ retryAt }) => retryAt !== undefined)).toEqual([true, true, false]);
    const states = events.flatMap(({ event }) => (event.kind === 'source-state' && event.source === token ? [event.status] : []));
    expect(states).toEqual(['connecting', 'retrying', 'connecting', 'retrying', 'connecting']);
  });

  it('are made again once after a crash of the process, in a new one, and leave nothing of the crashed one', async () => {
    const marker = { afterRows: 1, then: 'exit' as const };
    const test = await start(databases({}, [], fakeSql({ columns, rows: 2, batchRows: 1, midway: marker })), quick);
    const state = await test.run();
    const { attempts, outcome } = sourceOf(state, token);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'worker.crashed' } });
    expect(attempts.map(({ outcome: how }) => how)).toEqual(['failed', 'failed']);
    expect(test.processes.filter(({ name }) => name === 'db_token')).toHaveLength(2);
    const spools = readdirSync(join(test.folder, 'data'), { recursive: true, encoding: 'utf8' });
    expect(spools.filter((name) => name.includes('source-4') && name.includes('attempt-'))).toEqual([]);
  });

  it('go to the standby, which is named with how far it is behind; an answer that reaches to the end of the window is whole', async () => {
    const test = await start(databases(unreachable, [{ replicationLagMs: 2_000 }]), quick);
    const state = await test.run();
    expect(state.outcome).toBe('succeeded');
    const source = sourceOf(state, token);
    expect(source.outcome?.kind).toBe('completed');
    expect(source.attempts).toHaveLength(4);
    expect(source.attempts.at(-1)).toMatchObject({ attempt: 4, outcome: 'success', lagMs: 2_000 });
    expect(source.endpoint).toContain('replicationLagMs');
    expect(await clients(test, state, 'confirmed')).toEqual(['1', '2']);
  });

  it('make a source partial whose standby is behind the end of the window: what it proves is proved, the rest stays open', async () => {
    const tokens = fakeSql({ columns, rows: 1 });
    const test = await start(databases(unreachable, [{ replicationLagMs: 240 * hourMs }], tokens), quick);
    const state = await test.run();
    expect(state.outcome).toBe('partial');
    const { outcome } = sourceOf(state, token);
    expect(outcome).toMatchObject({ kind: 'partial', rows: 1, failure: { code: 'db.replica-behind' } });
    expect(await clients(test, state, 'confirmed')).toEqual(['1']);
    expect(await clients(test, state, 'undetermined')).toEqual(['2']);
    const [missing] = coverageOf(state).missing;
    expect(missing).toMatchObject({ source: token, reason: 'partial', window: { to: state.plan.window.to } });
    expect(test.app.reports.metadata(state.plan.runId).headline).toContain('answered in part');
    // Asked again it may be whole, and its earlier answer does not count beside the new one.
    expect(await test.app.runs.resume(state.plan.runId)).toEqual([token]);
    expect(await test.app.runs.get(state.plan.runId).ended).toBe('partial');
    expect(await clients(test, state, 'confirmed')).toEqual(['1']);
  });

  it('make a source partial whose only endpoint is a standby that is behind: it does not pass for the primary it is configured as', async () => {
    const tokens = fakeSql({ columns, rows: 1 });
    const test = await start(databases({ replicationLagMs: 240 * hourMs }, [], tokens), quick);
    const state = await test.run();
    expect(state.outcome).toBe('partial');
    expect(sourceOf(state, token).outcome).toMatchObject({ kind: 'partial', rows: 1, failure: { code: 'db.replica-behind' } });
    expect(await clients(test, state, 'undetermined')).toEqual(['2']);
  });

  it('make a source partial whose standby does not say how far it is behind, and say that', async () => {
    const test = await start(databases(unreachable, [{ replicationLagMs: null }]), quick);
    const state = await test.run();
    expect(sourceOf(state, token).outcome).toMatchObject({
      kind: 'partial',
      knownUntil: state.plan.window.from,
      failure: { message: expect.stringMatching(/not known.*does not say so/) as string },
    });
  });

  it('find standbys that a check has looked at: whether they answer, and how far they are behind', async () => {
    const standbys = [{}, { replicationLagMs: 5_000 }, { replicationLagMs: null }, unreachable];
    const test = await start(databases({}, standbys), quick);
    const { sources, standbys: found } = await test.app.checks.check();
    expect(sources.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined, undefined]);
    expect(found.map(({ database, lagMs, lagUnknown, failure }) => [database, lagMs, lagUnknown, failure?.code])).toEqual([
      ['db_token', undefined, undefined, undefined],
      ['db_token', 5_000, undefined, undefined],
      ['db_token', undefined, 'It does not say so.', undefined],
      ['db_token', undefined, undefined, 'db.unreachable'],
    ]);
    const known = await test.app.handlers['health.get']({});
    expect(known.map(({ failures }) => failures)).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('end with the one refused logon, at no standby', async () => {
    const test = await start(databases({ connect: { then: 'fail', code: 'db.auth' } }, [{}]), quick);
    const state = await test.run();
    const { outcome, attempts } = sourceOf(state, token);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'db.auth' } });
    expect(attempts).toHaveLength(1);
  });

  it('leave an endpoint alone that failed too often: the next run says so and asks nothing, until it is closed by hand', async () => {
    const policy = { query: { ...quick.query, retries: 0, breaker: { failures: 2, open_ms: 3_600_000 } } };
    const test = await start(databases(unreachable), policy);
    await test.run();
    await test.run();
    const [status] = (await test.app.handlers['health.get']({})).filter(({ database }) => database === 'db_token');
    expect(status).toMatchObject({ breaker: 'open', failures: 2, lastFailure: { code: 'db.unreachable' } });
    const state = await test.run();
    expect(sourceOf(state, token)).toMatchObject({ attempts: [], outcome: { kind: 'skipped', failure: { code: 'breaker.open' } } });
    const plan = await test.app.runs.plan({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
    expect(plan.unplanned.map(({ source }) => source)).toEqual([token]);
    const checked = await test.app.checks.check();
    expect(checked.sources.find(({ source }) => source === token)).toMatchObject({ failure: { code: 'breaker.open' }, mender: 'network' });
    const closed = await test.app.handlers['health.closeBreaker']({ database: 'db_token', endpoint: status?.endpoint ?? '' });
    expect(closed.find(({ database }) => database === 'db_token')).toMatchObject({ breaker: 'closed', failures: 0 });
    expect(sourceOf(await test.run(), token).attempts).toHaveLength(1);
  });
});
