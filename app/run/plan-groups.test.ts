import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BindFrom, type DatabaseConfig, type DatabaseGroup, endpointLabel, type QueryConfig } from '../model/database.ts';
import type { EndpointHealth } from '../model/health.ts';
import { instantFromMs } from '../model/instant.ts';
import { unlimitedBudget } from '../model/policy.ts';
import type { PlannedSource, RunPlan } from '../model/plan.ts';
import { sampleConfiguration, sampleDatabase, sampleDatabasePolicy, sampleQuery, sampleQueryPolicy } from '../testing/builders.ts';
import { planRun, type PlanContext, type PlanRequest } from './plan.ts';

const nowMs = Date.UTC(2026, 10, 20, 14);
const request: PlanRequest = { lastEvent: instantFromMs(nowMs), strict: false };
const context: PlanContext = { runId: 'run-1', nowMs, user: 'X123456' };

const query = (name: string, change: Partial<QueryConfig> = {}) => sampleQuery({ name, ...change });
const list = (from: string, ...sources: string[]): Readonly<Record<string, BindFrom>> => ({
  ids: { from, column: 'user_id', distinct: true, isFilter: true, sources },
});
const open = (database: string, endpoint = `fake:`): EndpointHealth => ({ database, endpoint, breaker: 'open' });
const byId = (plan: RunPlan, id: string): PlannedSource => plan.sources.find((source) => source.id === id)!;

describe('a group in a plan', () => {
  const emails = query('emails', { group: 'payments' });
  const databases = [
    sampleDatabase({ name: 'eu', partitions: { region: ['eu', 'uk'] }, queries: [query('own'), emails] }),
    sampleDatabase({ name: 'us', partitions: { region: ['us'] }, queries: [emails] }),
    sampleDatabase({ name: 'any', queries: [emails] }),
  ];
  const groups: DatabaseGroup[] = [{ name: 'payments', members: ['eu', 'us', 'any'], partitionBy: 'region', queries: ['emails'] }];
  const configuration = sampleConfiguration('/tmp', databases, {}, groups);
  const strategies = (plan: RunPlan) => plan.sources.map(({ id, strategy, group }) => [id, strategy, group]);

  it('is asked of every member', () => {
    const plan = planRun(configuration, request, context);
    expect(strategies(plan)).toEqual([
      ['eu/own', 'single', undefined],
      ['eu/emails', 'broadcast', 'payments'],
      ['us/emails', 'broadcast', 'payments'],
      ['any/emails', 'broadcast', 'payments'],
    ]);
  });

  it('is asked only of members that can hold what is asked for, and says so; queries of one database are asked as ever', () => {
    const plan = planRun(configuration, { ...request, partitions: { region: ['uk'] } }, context);
    expect(strategies(plan)).toEqual([
      ['eu/own', 'single', undefined],
      ['eu/emails', 'multi', 'payments'],
      ['any/emails', 'multi', 'payments'],
    ]);
    expect(plan.databases.map(({ name }) => name)).toEqual(['eu', 'any']);
    expect(plan.notes).toContain('Only 2 of 3 databases of payments are asked: those that can hold region uk.');
  });

  it('says nothing of a part where all members can hold it', () => {
    const { notes } = planRun(configuration, { ...request, partitions: { region: ['eu', 'us'] } }, context);
    expect(notes.join()).not.toContain('Only');
  });

  it('is not asked for a part that nobody holds: a slip would look like "nobody"', () => {
    const without = sampleConfiguration('/tmp', databases.slice(0, 2), {}, [{ ...groups[0]!, members: ['eu', 'us'] }]);
    const plan = (partitions: Record<string, string[]>) => () => planRun(without, { ...request, partitions }, context);
    expect(plan({ region: ['eu', 'UK'] })).toThrow(/No database holds region UK/);
    expect(plan({ region: [] })).toThrow(/No region is named/);
    expect(plan({ country: ['ch'] })).toThrow(/No group is partitioned by country/);
    expect(planRun(configuration, { ...request, partitions: { region: ['UK'] } }, context).sources.map(({ id }) => id)).toEqual([
      'eu/own',
      'any/emails',
    ]);
  });

  it('refuses to run nothing, also where only the part asked for is empty', () => {
    expect(() => planRun(configuration, { ...request, databases: ['us'], partitions: { region: ['eu'] } }, context)).toThrow(
      /nothing to run/,
    );
  });
});

describe('the health of endpoints in a plan', () => {
  const standby = { kind: 'fake' as const, script: 'standby' };
  const configuration = sampleConfiguration('/tmp', [
    sampleDatabase({ name: 'one', standbys: [standby], queries: [query('a')] }),
    sampleDatabase({ name: 'two', queries: [query('a'), query('b', { bindsFrom: list('a', 'two/a') })] }),
  ]);

  it('lets the standby be asked where the primary is left alone, and says so', () => {
    const plan = planRun(configuration, request, { ...context, health: [open('one')] });
    expect(byId(plan, 'one/a').endpoints).toEqual(['fake:standby']);
    expect(plan.unplanned).toEqual([]);
    expect(plan.notes).toContain('one is asked at fake:standby: fake: failed too often and is left alone.');
  });

  it('leaves out what cannot be reached, and what needs it, and still expects both', () => {
    const plan = planRun(configuration, request, { ...context, health: [open('two')] });
    expect(plan.sources.map(({ id }) => id)).toEqual(['one/a', 'two/a', 'two/b']);
    expect(plan.unplanned.map(({ source, failure }) => [source, failure.code, failure.message])).toEqual([
      ['two/a', 'breaker.open', 'fake: failed too often and is left alone; there is no standby.'],
      ['two/b', 'breaker.open', 'fake: failed too often and is left alone; there is no standby.'],
    ]);
  });

  it('leaves a database out when its standbys are left alone too, but not while one is tried', () => {
    const both = [open('one'), open('one', 'fake:standby')];
    expect(planRun(configuration, request, { ...context, health: both }).unplanned.map(({ failure }) => failure.message)).toEqual([
      'fake: failed too often and is left alone; so did all its standbys.',
    ]);
    const probing: EndpointHealth[] = [open('one'), { ...open('one', 'fake:standby'), breaker: 'half-open' }];
    expect(planRun(configuration, request, { ...context, health: probing }).unplanned).toEqual([]);
  });
});

describe('a pipeline in a plan', () => {
  const configuration = sampleConfiguration('/tmp', [
    sampleDatabase({
      name: 'one',
      queries: [
        query('last', { bindsFrom: { ...list('middle', 'one/middle'), more: list('first', 'one/first').ids! } }),
        query('middle', { bindsFrom: list('first', 'one/first', 'two/first'), sameSession: false }),
        query('first'),
      ],
    }),
    sampleDatabase({
      name: 'two',
      queries: [
        query('first'),
        query('second', { bindsFrom: list('first', 'two/first'), sameSession: true }),
        query('third', { bindsFrom: list('second', 'two/second'), sameSession: true }),
      ],
    }),
  ]);

  it('waits for what it takes values from, and is ordered by it', () => {
    const plan = planRun(configuration, request, context);
    expect(plan.sources.map(({ id, after, level }) => [id, after, level])).toEqual([
      ['one/last', ['one/middle', 'one/first'], 2],
      ['one/middle', ['one/first', 'two/first'], 1],
      ['one/first', [], 0],
      ['two/first', [], 0],
      ['two/second', ['two/first'], 1],
      ['two/third', ['two/second'], 2],
    ]);
  });

  it('shares a session named after its first source', () => {
    const plan = planRun(configuration, request, context);
    expect(plan.sources.map(({ session }) => session)).toEqual([undefined, undefined, undefined, 'two/first', 'two/first', 'two/first']);
  });

  it('is left out with all that follows when a source of its values is not chosen: a part of the values would be no answer', () => {
    const plan = planRun(configuration, { ...request, databases: ['one'] }, context);
    expect(plan.unplanned.map(({ source, failure }) => [source, failure.code, failure.message])).toEqual([
      [
        'one/last',
        'parent.failed',
        'It takes values from one/middle, which is left out: It takes values from two/first, which is not part of this run.',
      ],
      ['one/middle', 'parent.failed', 'It takes values from two/first, which is not part of this run.'],
    ]);
  });

  it('that goes in a circle is a mistake of the program, because no configuration holds one', () => {
    const circle = sampleConfiguration('/tmp', [sampleDatabase({ name: 'one', queries: [query('a', { bindsFrom: list('a', 'one/a') })] })]);
    expect(() => planRun(circle, request, context)).toThrow(/wait for each other: one\/a/);
  });
});

describe('what a run usually takes', () => {
  const limited = (rows: { soft?: number; hard?: number }) => ({ ...unlimitedBudget, rows });
  const configuration = sampleConfiguration(
    '/tmp',
    [
      sampleDatabase({
        name: 'one',
        maxConcurrency: 2,
        policy: { ...sampleDatabasePolicy, budget: limited({ soft: 250 }) },
        queries: [
          query('a'),
          query('b'),
          query('c', { bindsFrom: list('a', 'one/a'), policy: { ...sampleQueryPolicy, budget: limited({ soft: 1, hard: 99 }) } }),
        ],
      }),
      sampleDatabase({ name: 'two', queries: [query('a')] }),
    ],
    {
      maxFanout: 2,
      runDeadlineMs: 4_500,
      policy: { partialConfidencePenalty: 1, budget: { ...unlimitedBudget, databaseSeconds: { hard: 4 } } },
    },
  );
  const cost = (durationMs: number) => ({ durationMs, rows: 100, bytes: 1, statements: 1 });
  const costs = new Map([
    ['one/a', cost(2_000)],
    ['one/b', cost(500)],
    ['one/c', cost(3_000)],
  ]);

  it('is at least the longest chain, told with how much of it is known', () => {
    const plan = planRun(configuration, request, { ...context, costs });
    expect(plan.estimate).toEqual({ durationMs: 5_000, known: 3, of: 4 });
    expect(byId(plan, 'one/a').estimatedMs).toBe(2_000);
    expect(byId(plan, 'two/a').estimatedMs).toBeUndefined();
    expect(planRun(configuration, request, context).estimate).toBeUndefined();
  });

  it('is at least what the busiest database needs with all its connections, and all databases with all processes', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => query(`q${String(index)}`));
    const plan = (databases: readonly DatabaseConfig[], maxFanout: number) => {
      const all = sampleConfiguration('/tmp', databases, { maxFanout });
      const known = new Map(databases.flatMap(({ name, queries }) => queries.map((one) => [`${name}/${one.name}`, cost(1_000)] as const)));
      return planRun(all, request, { ...context, costs: known }).estimate?.durationMs;
    };
    expect(plan([sampleDatabase({ name: 'one', maxConcurrency: 4, queries: many(20) })], 16)).toBe(5_000);
    const five = Array.from({ length: 5 }, (_, index) =>
      sampleDatabase({ name: `d${String(index)}`, maxConcurrency: 1, queries: many(1) }),
    );
    expect(plan(five, 2)).toBe(2_500);
  });

  it('is announced where it is more than a deadline or a budget allows', () => {
    const { notes } = planRun(configuration, request, { ...context, costs });
    expect(notes.slice(-4)).toEqual([
      'The run usually takes at least 5 s; its deadline of 5 s ends it before.',
      'The run usually takes 6 database seconds, which is above the hard limit of 4 database seconds.',
      'The database one usually takes 300 rows, which is above the soft limit of 250 rows.',
      'one/c usually takes 100 rows, which is above the hard limit of 99 rows.',
    ]);
  });

  it('does not count what is left out, and does not drown the rest in sentences', () => {
    const { notes, estimate } = planRun(configuration, request, { ...context, costs, health: [open('one')] });
    expect(estimate).toBeUndefined();
    expect(notes.join()).not.toContain('usually');
    const queries = Array.from({ length: 30 }, (_, index) =>
      query(`q${String(index)}`, { policy: { ...sampleQueryPolicy, budget: limited({ hard: 1 }) } }),
    );
    const many = sampleConfiguration('/tmp', [sampleDatabase({ name: 'd', queries })]);
    const known = new Map(queries.map(({ name }) => [`d/${name}`, cost(1)]));
    const sentences = planRun(many, request, { ...context, costs: known }).notes.filter((note) => note.includes('usual'));
    expect(sentences).toHaveLength(11);
    expect(sentences.at(-1)).toBe('20 more budgets are too small for what is usual.');
  });
});

describe('every plan', () => {
  const regions = ['eu', 'us', 'apac'];
  /** Databases in up to two groups, with queries that take values only from queries before them: such a graph has no circle. */
  const world = fc
    .array(
      fc.record({
        held: fc.option(fc.uniqueArray(fc.constantFrom(...regions), { minLength: 1 }), { nil: undefined }),
        standbys: fc.nat({ max: 2 }),
        own: fc.nat({ max: 3 }),
        isMember: fc.boolean(),
        health: fc.array(fc.constantFrom('closed', 'open', 'half-open'), { maxLength: 3 }),
        isChosen: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    )
    .chain((databases) =>
      fc.record({
        databases: fc.constant(databases),
        parents: fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 3 }), { minLength: 30, maxLength: 30 }),
        asked: fc.option(fc.uniqueArray(fc.constantFrom(...regions), { minLength: 1 }), { nil: undefined }),
        sameSession: fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
      }),
    );

  const scene = ({ databases, parents, asked, sameSession }: typeof world extends fc.Arbitrary<infer T> ? T : never) => {
    const ids: string[] = [];
    const configs = databases.map((database, place) => {
      const names = [
        ...Array.from({ length: database.own }, (_, index) => `own ${String(index)}`),
        ...(database.isMember ? ['shared'] : []),
      ];
      const queries = names.map((name) => {
        const index = ids.length;
        const sources = [...new Set((parents[index % 30] ?? []).flatMap((parent) => ids[parent] ?? []))];
        ids.push(`d${String(place)}/${name}`);
        return query(name, {
          ...(name === 'shared' ? { group: 'group' } : {}),
          bindsFrom: sources.length === 0 ? {} : list('x', ...sources),
          sameSession: sources.length > 0 && sameSession[index % 30] === true,
        });
      });
      return sampleDatabase({
        name: `d${String(place)}`,
        partitions: database.held === undefined ? {} : { region: database.held },
        standbys: Array.from({ length: database.standbys }, (_, index) => ({ kind: 'fake', script: `standby ${String(index)}` })),
        queries,
      });
    });
    const members = configs.filter((_, place) => databases[place]?.isMember === true).map(({ name }) => name);
    const groups: DatabaseGroup[] = members.length === 0 ? [] : [{ name: 'group', members, partitionBy: 'region', queries: ['shared'] }];
    const health = configs.flatMap(({ name, endpoint, standbys }, place) =>
      [endpoint, ...standbys].flatMap((at, index): EndpointHealth[] => {
        const breaker = databases[place]?.health[index];
        return breaker === undefined ? [] : [{ database: name, endpoint: endpointLabel(at), breaker }];
      }),
    );
    const chosen = configs.filter((_, place) => databases[place]?.isChosen === true).map(({ name }) => name);
    const configuration = sampleConfiguration('/tmp', configs, {}, groups);
    const asking: PlanRequest = {
      ...request,
      databases: chosen,
      ...(asked === undefined || groups.length === 0 ? {} : { partitions: { region: asked } }),
    };
    return { configuration, asking, health, chosen, asked: groups.length === 0 ? undefined : asked };
  };

  const planned = (input: ReturnType<typeof scene>): RunPlan | undefined => {
    try {
      return planRun(input.configuration, input.asking, { ...context, health: input.health });
    } catch (error) {
      expect(String(error)).toMatch(/nothing to run|No database holds/);
      return undefined;
    }
  };

  it('names each expected source once, and leaves none out without a reason', () => {
    const seen = { planned: 0, leftOut: 0 };
    fc.assert(
      fc.property(world, (value) => {
        const input = scene(value);
        const plan = planned(input);
        if (plan === undefined) return;
        seen.planned += 1;
        if (plan.unplanned.length > 0) seen.leftOut += 1;
        const expected = input.configuration.databases
          .filter(({ name }) => input.chosen.includes(name))
          .flatMap(({ name, queries, partitions }) =>
            queries
              .filter(
                ({ group }) =>
                  group === undefined || (input.asked ?? regions).some((region) => partitions.region?.includes(region) ?? true),
              )
              .map((one) => `${name}/${one.name}`),
          );
        expect(plan.sources.map(({ id }) => id)).toEqual(expected);
        const left = plan.unplanned.map(({ source }) => source);
        expect(new Set(left).size).toBe(left.length);
        for (const { source, failure } of plan.unplanned) {
          expect(expected).toContain(source);
          expect(failure.message).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  it('runs nothing before what it waits for, nothing that waits for what is left out, and nothing on an endpoint that is left alone', () => {
    const seen = { waits: 0, takesValues: 0 };
    fc.assert(
      fc.property(world, (value) => {
        const input = scene(value);
        const plan = planned(input);
        if (plan === undefined) return;
        const level = new Map(plan.sources.map((source) => [source.id, source.level]));
        const left = new Set(plan.unplanned.map(({ source }) => source));
        const isOpen = (database: string, endpoint: string) =>
          input.health.some((one) => one.database === database && one.endpoint === endpoint && one.breaker === 'open');
        for (const source of plan.sources) {
          expect(source.level).toBe(Math.max(-1, ...source.after.map((parent) => level.get(parent)!)) + 1);
          expect(source.endpoints.some((endpoint) => isOpen(source.database, endpoint))).toBe(false);
          if (left.has(source.id)) continue;
          if (source.after.length > 0) seen.waits += 1;
          expect(source.endpoints.length).toBeGreaterThan(0);
          expect(source.after.filter((parent) => left.has(parent))).toEqual([]);
          const wanted = Object.values(
            input.configuration.databases.find(({ name }) => name === source.database)!.queries.find(({ name }) => name === source.query)!
              .bindsFrom,
          );
          if (wanted.length > 0) seen.takesValues += 1;
          for (const id of wanted.flatMap(({ sources }) => sources)) expect(source.after.includes(id) || !level.has(id)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  it('never asks a member that cannot hold what is asked for', () => {
    let members = 0;
    fc.assert(
      fc.property(world, (value) => {
        const input = scene(value);
        const plan = planned(input);
        for (const { strategy, database } of plan?.sources ?? []) {
          if (strategy !== 'multi') continue;
          members += 1;
          const held = input.configuration.databases.find(({ name }) => name === database)!.partitions.region;
          expect(held === undefined || held.some((region) => input.asked!.includes(region))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(members).toBeGreaterThan(20);
  });

  it('is the same for the same input, and changes nothing of it', () => {
    fc.assert(
      fc.property(world, (value) => {
        const [a, b] = [scene(value), scene(value)];
        const before = JSON.stringify(a);
        expect(planned(a)).toEqual(planned(b));
        expect(JSON.stringify(a)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });
});
