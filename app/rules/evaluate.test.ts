import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microsOfInstant } from '../model/instant.ts';
import { parseTime } from '../model/zoned-time.ts';
import { compareDecimals, decimalOf, parseDecimal } from './decimal.ts';
import { evaluate, type Evaluation, type EvaluationRange, type History } from './evaluate.ts';
import { satisfies } from './match.ts';
import { parseRules } from './parse-rules.ts';
import type { Limit, RuleEvent, RuleSet } from './rule.ts';

const kinds = ['p', 'e', 'f', 't'] as const;
const detections = kinds.map(
  (kind) => `---
title: ${kind}
name: ${kind}
logsource: { category: ${kind} }
detection: { selection: { kind: ${kind} }, condition: selection }
`,
);

/** A rule set with the four detections and correlations `c0`, `c1`, … of the given bodies. */
function rulesOf(...correlations: readonly string[]): RuleSet {
  const documents = correlations.map((body, at) => `---\ntitle: c${String(at)}\nname: c${String(at)}\ncorrelation: ${body}\n`);
  const { rules, problems } = parseRules([{ file: 'test.yml', text: [...detections, ...documents].join('') }]);
  expect(problems).toEqual([]);
  return rules!;
}

const second = 1_000_000n;
const hour = 3600n * second;

function event(kind: string, time: bigint, client: string | null = 'a', more: RuleEvent['fields'] = {}): RuleEvent {
  return { time, source: kind, fields: { client, kind, ...more } };
}

function run(rules: RuleSet, events: readonly RuleEvent[], more: Partial<History> = {}, key = 'c0'): Evaluation {
  const range: EvaluationRange = { kind: 'sliding' };
  return evaluate({ rules, events, sourcesOf: ({ category }) => [category ?? ''], missing: [], range, today: '2026-01-01', ...more }, key);
}

function verdictOf(result: Evaluation, client = 'a'): string {
  return (result.groups.find(({ group }) => group[0] === client)?.verdict ?? result.others).kind;
}

const common = 'group-by: [client], timespan: 24h';
const temporal = rulesOf(`{ type: temporal, rules: [p, e, f, t], ${common} }`);
const ordered = rulesOf(`{ type: temporal_ordered, rules: [p, e, f, t], ${common} }`);
const threeOfFour = rulesOf(`{ type: temporal, rules: [p, e, f, t], ${common}, condition: { gte: 3 } }`);

/** Kind, hours and client; hours count from a midnight. */
type Step = readonly [kind: string, hours: number, client?: string];
const vectors: readonly (readonly [name: string, steps: readonly Step[], all: boolean, inOrder: boolean, three: boolean])[] = [
  [
    'P0 E1 F2 T3',
    [
      ['p', 0],
      ['e', 1],
      ['f', 2],
      ['t', 3],
    ],
    true,
    true,
    true,
  ],
  [
    'P0 E1 F2 T24',
    [
      ['p', 0],
      ['e', 1],
      ['f', 2],
      ['t', 24],
    ],
    true,
    true,
    true,
  ],
  [
    'P0 E1 F2 T24 and a second',
    [
      ['p', 0],
      ['e', 1],
      ['f', 2],
      ['t', 24 + 1 / 3600],
    ],
    false,
    false,
    true,
  ],
  [
    'P22 E23 F25 T26',
    [
      ['p', 22],
      ['e', 23],
      ['f', 25],
      ['t', 26],
    ],
    true,
    true,
    true,
  ],
  [
    'two clients',
    [
      ['p', 0],
      ['e', 1],
      ['f', 2, 'b'],
      ['t', 3, 'b'],
    ],
    false,
    false,
    false,
  ],
  [
    'P P E E F',
    [
      ['p', 0],
      ['p', 1],
      ['e', 2],
      ['e', 3],
      ['f', 4],
    ],
    false,
    false,
    true,
  ],
  [
    'P0; P30 E31 F32 T33',
    [
      ['p', 0],
      ['p', 30],
      ['e', 31],
      ['f', 32],
      ['t', 33],
    ],
    true,
    true,
    true,
  ],
  [
    'P0 F1 E2 T3',
    [
      ['p', 0],
      ['f', 1],
      ['e', 2],
      ['t', 3],
    ],
    true,
    false,
    true,
  ],
  [
    'all in the same second',
    [
      ['p', 0],
      ['e', 0],
      ['f', 0],
      ['t', 0],
    ],
    true,
    true,
    true,
  ],
  [
    'P0 P20 E30 F31 T32',
    [
      ['p', 0],
      ['p', 20],
      ['e', 30],
      ['f', 31],
      ['t', 32],
    ],
    true,
    true,
    true,
  ],
];

/** Zones with the midnights before both changes of the clocks in 2026. */
const nights: readonly (readonly [zone: string, midnight: string])[] = [
  ['Europe/Zurich', '2026-03-29 00:00'],
  ['Europe/Zurich', '2026-10-25 00:00'],
  ['America/New_York', '2026-03-08 00:00'],
  ['America/New_York', '2026-11-01 00:00'],
  ['Australia/Lord_Howe', '2026-04-05 00:00'],
  ['Australia/Lord_Howe', '2026-10-04 00:00'],
  ['America/St_Johns', '2026-03-08 00:00'],
  ['America/St_Johns', '2026-11-01 00:00'],
  ['Pacific/Chatham', '2026-04-05 00:00'],
  ['Pacific/Chatham', '2026-09-27 00:00'],
];

describe('ten histories, each from a midnight before the clocks change', () => {
  it.each(vectors)('%s', (_name, steps, all, inOrder, three) => {
    for (const [zone, midnight] of nights) {
      const start = microsOfInstant(parseTime(midnight, zone, 0));
      const at = (hours: number): bigint => start + BigInt(Math.round(hours * 3_600_000)) * 1000n;
      const events = steps.map(([kind, hours, client]) => event(kind, at(hours), client));
      const T = events.reduce((last, { time }) => (time > last ? time : last), start);
      for (const range of [{ kind: 'sliding' }, { kind: 'anchored', at: T }] as const) {
        expect(verdictOf(run(temporal, events, { range }))).toBe(all ? 'confirmed' : 'not found');
        expect(verdictOf(run(ordered, events, { range }))).toBe(inOrder ? 'confirmed' : 'not found');
      }
      expect(verdictOf(run(threeOfFour, events))).toBe(three ? 'confirmed' : 'not found');
    }
  });
});

const history = fc.array(
  fc
    .tuple(
      fc.constantFrom(...kinds),
      fc.oneof(
        fc.integer({ min: 0, max: 60 }).map((hours) => BigInt(hours) * hour),
        fc.bigInt({ min: 0n, max: 60n * hour }),
      ),
      fc.constantFrom('a', 'b', null),
      fc.constantFrom('1', '2', '2.5', '-3', null, 'x'),
    )
    .map(([kind, time, client, value]) => event(kind, time, client, { value })),
  { maxLength: 12 },
);

describe('sliding windows', () => {
  const span = 24n * hour;

  it('find what a search over all windows at all places finds, for statements of the form "at least"', () => {
    const count = rulesOf(`{ type: event_count, rules: [p, e], ${common}, condition: { gte: 3 } }`);
    const values = rulesOf(`{ type: value_count, rules: [p, e], ${common}, condition: { field: value, gt: 2 } }`);
    const inWindow = (events: readonly RuleEvent[], judge: (own: readonly RuleEvent[]) => boolean): boolean =>
      // A window may begin at any event, or end at any, or lie between.
      events.some(({ time }) =>
        [time, time - span, time - span / 2n].some((from) => judge(events.filter((own) => own.time >= from && own.time <= from + span))),
      );
    fc.assert(
      fc.property(history, (events) => {
        for (const client of ['a', 'b']) {
          const own = events.filter(({ fields }) => fields.client === client);
          const pe = own.filter(({ source }) => source === 'p' || source === 'e');
          const cases: readonly (readonly [RuleSet, boolean])[] = [
            [temporal, inWindow(own, (window) => kinds.every((kind) => window.some(({ source }) => source === kind)))],
            [threeOfFour, inWindow(own, (window) => new Set(window.map(({ source }) => source)).size >= 3)],
            [ordered, inWindow(own, (window) => hasOrder(window, 0, -1n))],
            [count, inWindow(pe, (window) => window.length >= 3)],
            [values, inWindow(pe, (window) => new Set(window.flatMap(({ fields }) => fields.value ?? [])).size > 2)],
          ];
          for (const [rules, expected] of cases) expect(verdictOf(run(rules, events), client)).toBe(expected ? 'confirmed' : 'not found');
        }
      }),
      { numRuns: 2000 },
    );
  });

  /** Tries every choice of events. */
  function hasOrder(window: readonly RuleEvent[], place: number, after: bigint): boolean {
    if (place === kinds.length) return true;
    return window.some(({ source, time }) => source === kinds[place] && time >= after && hasOrder(window, place + 1, time));
  }

  it('of every other statement are those that end at an event', () => {
    const comparison = fc.constantFrom(...(['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const));
    const limit = fc.record({ comparison, value: fc.constantFrom('-1', '0', '1', '1.5', '2') });
    const type = fc.constantFrom('value_sum', 'value_avg', 'value_percentile');
    fc.assert(
      fc.property(history, type, limit, (events, kind, { comparison: op, value }) => {
        const rules = rulesOf(`{ type: ${kind}, rules: [p, e, f, t], ${common}, condition: { field: value, ${op}: ${value} } }`);
        for (const client of ['a', 'b']) {
          const own = events.filter(({ fields }) => fields.client === client);
          const expected = own.some(({ time: end }) => {
            const numbers = own
              .filter(({ time }) => time <= end && time >= end - span)
              .flatMap(({ fields }) => parseDecimal(String(fields.value)) ?? [])
              .map(({ digits, scale }) => Number(digits) / 10 ** scale)
              .sort((a, b) => a - b);
            return numbers.length > 0 && holds(measure(kind, numbers), { comparison: op, value });
          });
          expect(verdictOf(run(rules, events), client)).toBe(expected ? 'confirmed' : 'not found');
        }
      }),
      { numRuns: 1000 },
    );
  });

  /** Halves are exact in a double, means of them are compared as sums below. */
  function measure(kind: string, numbers: readonly number[]): number {
    const sum = numbers.reduce((total, number) => total + number, 0);
    if (kind === 'value_sum') return sum;
    return kind === 'value_avg' ? sum / numbers.length : numbers[Math.ceil(numbers.length / 2) - 1]!;
  }

  function holds(value: number, { comparison, value: bound }: Limit): boolean {
    return satisfies(comparison, Math.abs(value - Number(bound)) < 1e-9 ? 0 : value - Number(bound));
  }

  it('are told one by one, with their events', () => {
    const rules = rulesOf('{ type: event_count, rules: [p], group-by: [client], timespan: 1h, condition: { gte: 2 } }');
    const result = run(
      rules,
      [0n, hour, 2n * hour, 9n * hour].map((time) => event('p', time)),
    );
    expect(result.groups[0]?.matches.map(({ from, to, hits }) => [from / hour, to / hour, hits.length])).toEqual([
      [0n, 1n, 2],
      [1n, 2n, 2],
    ]);
  });
});

const bodies = [
  `{ type: temporal, rules: [p, e, f], ${common} }`,
  `{ type: temporal, rules: [p, e, f, t], ${common}, condition: { gte: 2 } }`,
  `{ type: temporal, rules: [p, e, f], ${common}, condition: { lt: 2 } }`,
  `{ type: temporal, rules: [p, e, f], ${common}, condition: { gt: 0, lte: 2 } }`,
  `{ type: temporal_ordered, rules: [p, e, f], ${common} }`,
  `{ type: temporal_ordered, rules: [p, e, f], ${common}, condition: { gte: 2 } }`,
  `{ type: temporal, ${common}, condition: (p or e) and not f }`,
  `{ type: temporal, ${common}, condition: p and e and not (f and t) }`,
  `{ type: temporal_ordered, rules: [p, e, f], ${common}, condition: p and (e or f) }`,
  `{ type: temporal_ordered, rules: [p, e, t], ${common}, condition: p and e and not t }`,
  `{ type: event_count, rules: [p, e], ${common}, condition: { gte: 2 } }`,
  `{ type: event_count, rules: [p, e], ${common}, condition: { lte: 1 } }`,
  `{ type: event_count, rules: [p, e], ${common}, condition: { neq: 2 } }`,
  `{ type: value_count, rules: [p, e], ${common}, condition: { field: value, gte: 2 } }`,
  `{ type: value_count, rules: [p, e], ${common}, condition: { field: [value, kind], eq: 2 } }`,
  `{ type: value_sum, rules: [p, e], ${common}, condition: { field: value, gte: 3 } }`,
  `{ type: value_avg, rules: [p, e], ${common}, condition: { field: value, gt: 1.5 } }`,
  `{ type: value_percentile, rules: [p, e], ${common}, condition: { field: value, percentile: 90, gt: 2 } }`,
  `{ type: temporal, rules: [c0, t], ${common} }`,
  `{ type: event_count, rules: [c10], ${common}, condition: { gte: 2 } }`,
  `{ type: temporal, ${common}, condition: p and not c11 }`,
  `{ type: event_count, rules: [c11], ${common}, condition: { gte: 1 } }`,
  `{ type: event_count, rules: [p, e], timespan: 3h, condition: { gte: 2 } }`,
  `{ type: temporal, ${common}, condition: p and t and not e }`,
];

describe('a definite verdict', () => {
  const rules = rulesOf(...bodies);
  const keys = bodies.map((_, at) => `c${String(at)}`);
  const range = fc.oneof(
    fc.constant<EvaluationRange>({ kind: 'sliding' }),
    fc.bigInt({ min: 20n * hour, max: 60n * hour }).map((at): EvaluationRange => ({ kind: 'anchored', at })),
    fc.bigInt({ min: 0n, max: 40n * hour }).map((from): EvaluationRange => ({ kind: 'sliding', from, to: from + 30n * hour })),
  );
  /** Rows of `p` lie in two sources, so that one can be missing and the other not. */
  const sourcesOf: History['sourcesOf'] = ({ category }) => (category === 'p' ? ['p', 'p2'] : [category ?? '']);
  const split = history.chain((events) =>
    fc
      .array(fc.boolean(), { minLength: events.length, maxLength: events.length })
      .map((second) => events.map((own, at) => (own.source === 'p' && second[at] === true ? { ...own, source: 'p2' } : own))),
  );

  it('never changes when the missing rows are added', () => {
    let definite = 0;
    let undetermined = 0;
    fc.assert(
      fc.property(split, fc.constantFrom(...keys), range, (events, key, where) => {
        const complete = run(rules, events, { range: where, sourcesOf }, key);
        const all = ['p', 'p2', 'e', 'f', 't'];
        for (let subset = 0; subset < 2 ** all.length; subset += 1) {
          const missing = all.filter((_, at) => (subset >> at) % 2 === 1);
          const partial = run(rules, events, { range: where, missing, sourcesOf }, key);
          const groups = complete.groups.length === 0 ? [['a']] : [...complete.groups, { group: ['nobody'] }].map(({ group }) => group);
          for (const group of groups) {
            const of = (result: Evaluation): Evaluation['others'] =>
              result.groups.find((found) => found.group.join() === group.join())?.verdict ?? result.others;
            const verdict = of(partial);
            if (verdict.kind === 'undetermined') {
              undetermined += 1;
              expect(verdict.sources.length).toBeGreaterThan(0);
              expect(missing).toEqual(expect.arrayContaining([...verdict.sources]));
            } else {
              definite += 1;
              expect([key, missing, group, verdict.kind]).toEqual([key, missing, group, of(complete).kind]);
            }
          }
        }
      }),
      { numRuns: 1500 },
    );
    // The property would hold of a program that never says anything.
    expect(definite).toBeGreaterThan(1000);
    expect(undetermined).toBeGreaterThan(1000);
  });

  it('of a complete history is the only kind there is', () => {
    fc.assert(
      fc.property(split, fc.constantFrom(...keys), range, (events, key, where) => {
        const result = run(rules, events, { range: where, sourcesOf }, key);
        expect([...result.groups.map(({ verdict }) => verdict.kind), result.others.kind]).not.toContain('undetermined');
      }),
    );
  });
});

describe('missing sources', () => {
  const events = [event('p', 0n), event('e', hour)];

  it('leave an "at least" that already holds confirmed', () => {
    const rules = rulesOf(`{ type: temporal, rules: [p, e, f], ${common}, condition: { gte: 2 } }`);
    expect(verdictOf(run(rules, events, { missing: ['f'] }))).toBe('confirmed');
  });

  it.each(['lt: 9', 'lte: 9', 'eq: 2', 'neq: 9'])('make a count with %s undetermined', (condition) => {
    const rules = rulesOf(`{ type: event_count, rules: [p, e, f], ${common}, condition: { ${condition} } }`);
    expect(verdictOf(run(rules, events))).toBe('confirmed');
    expect(verdictOf(run(rules, events, { missing: ['f'] }))).toBe('undetermined');
  });

  it.each(['value_sum', 'value_avg', 'value_percentile'])('make %s undetermined', (type) => {
    const rules = rulesOf(`{ type: ${type}, rules: [p, f], ${common}, condition: { field: value, gte: 1 } }`);
    const own = [event('p', 0n, 'a', { value: '5' })];
    expect(verdictOf(run(rules, own))).toBe('confirmed');
    expect(verdictOf(run(rules, own, { missing: ['f'] }))).toBe('undetermined');
  });

  it('make absence undetermined where they could hold what must be absent, and leave it alone where they could not', () => {
    const rules = rulesOf(`{ type: temporal, ${common}, condition: (p or t) and not f }`);
    expect(verdictOf(run(rules, events, { missing: ['f'] }))).toBe('undetermined');
    expect(verdictOf(run(rules, events, { missing: ['t'] }))).toBe('confirmed');
    expect(verdictOf(run(rules, [...events, event('f', 0n)], { missing: ['f'] }))).toBe('undetermined');
  });

  it('leave open what a row still to come could show in a window that looks back on less', () => {
    const rules = rulesOf(`{ type: temporal, ${common}, condition: p and t and not e }`);
    // At 33:30 the e of 9:00 is out of the window, the p of 10:00 is not.
    const known = [event('e', 9n * hour), event('p', 10n * hour)];
    expect(verdictOf(run(rules, known, { missing: ['t'] }))).toBe('undetermined');
    expect(verdictOf(run(rules, [...known, event('t', 33n * hour + hour / 2n)]))).toBe('confirmed');
  });

  it('leave open what lacks only a row to look back from', () => {
    const rules = rulesOf(`{ type: temporal, ${common}, condition: p and t and not e }`);
    const sourcesOf: History['sourcesOf'] = ({ category }) => (category === 'p' ? ['p', 'p2'] : [category ?? '']);
    const known = [event('e', 9n * hour), event('t', 10n * hour), event('p', 11n * hour)];
    const late = { ...event('p', 33n * hour + hour / 2n), source: 'p2' };
    expect(verdictOf(run(rules, known, { sourcesOf }))).toBe('not found');
    expect(verdictOf(run(rules, known, { sourcesOf, missing: ['p2'] }))).toBe('undetermined');
    expect(verdictOf(run(rules, [...known, late], { sourcesOf }))).toBe('confirmed');
  });

  it('are named only where they can decide', () => {
    const result = run(temporal, [event('p', 0n), event('e', 0n), event('f', 0n), event('p', 0n, 'b')], { missing: ['t'] });
    expect(result.groups.map(({ group, verdict }) => [group[0], verdict])).toEqual([
      ['a', { kind: 'undetermined', sources: ['t'] }],
      ['b', { kind: 'not found' }],
    ]);
    expect(result.others).toEqual({ kind: 'not found' });
  });
});

describe('a condition of words', () => {
  const told = (rules: RuleSet, ...sources: readonly string[]): string =>
    verdictOf(
      run(
        rules,
        sources.map((source, at) => event(source, BigInt(at) * hour)),
      ),
    );

  it('in order takes the order of the rules, and whatever stands behind not must be absent anywhere in the window', () => {
    const rules = rulesOf(`{ type: temporal_ordered, rules: [p, e, f, t], ${common}, condition: p and (e or f) and not t }`);
    expect(['pe', 'pf', 'ep', 'epe', 'fpe', 'pet', 'tpe', 'p'].map((steps) => told(rules, ...Array.from(steps)))).toEqual([
      ...['confirmed', 'confirmed', 'not found', 'confirmed', 'confirmed'],
      // The window that ends before the t looks back on none.
      ...['confirmed', 'not found', 'not found'],
    ]);
  });

  it('says of windows that end at an event what the words say of the rules in it', () => {
    const rules = rulesOf(`{ type: temporal, ${common}, condition: p and not (e or f and not t) or f and t and not p }`);
    fc.assert(
      fc.property(history, (events) => {
        const own = events.filter(({ fields }) => fields.client === 'a');
        const expected = own.some(({ time: end }) => {
          const [p, e, f, t] = kinds.map((kind) =>
            own.some(({ source, time }) => source === kind && time <= end && time >= end - 24n * hour),
          );
          return (p! && !(e! || (f! && !t!))) || (f! && t! && !p!);
        });
        expect(verdictOf(run(rules, events))).toBe(expected ? 'confirmed' : 'not found');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('decisions', () => {
  it('drop and count events without a value of the group, and keep a blank one', () => {
    const rules = rulesOf(`{ type: event_count, rules: [p], ${common}, condition: { gte: 1 } }`);
    const result = run(rules, [event('p', 0n, null), event('p', 0n, ''), event('p', 0n, 'A'), event('p', 0n, 'a')]);
    expect(result.skipped).toBe(1);
    expect(result.groups.map(({ group }) => group[0])).toEqual(['', 'A', 'a']);
  });

  it('count an event that two rules pick for both in a temporal rule and once in a count', () => {
    const text = `title: x\nname: x\nlogsource: { category: p }\ndetection: { s: { kind: p }, condition: s }\n---
title: y\nname: y\nlogsource: { category: p }\ndetection: { s: { kind: '*' }, condition: s }\n---
title: both\ncorrelation: { type: temporal, rules: [x, y], ${common} }\n---
title: count\ncorrelation: { type: event_count, rules: [x, y], ${common}, condition: { gte: 2 } }\n`;
    const { rules } = parseRules([{ file: 'x.yml', text }]);
    expect(verdictOf(run(rules!, [event('p', 0n)], {}, 'both'))).toBe('confirmed');
    expect(verdictOf(run(rules!, [event('p', 0n)], {}, 'count'))).toBe('not found');
  });

  it('let a filter take events out until its last day, count them, and name it when it has expired', () => {
    const text = `title: x\nname: x\nlogsource: { category: p }\ndetection: { s: { kind: p }, condition: s }\n---
title: count\ncorrelation: { type: event_count, rules: [x], ${common}, condition: { gte: 2 } }\n---
title: service accounts\nlogsource: { category: p }\ncam_expires: 2026-01-01
filter: { rules: [x], selection: { by|startswith: svc_ }, condition: selection }\n`;
    const { rules } = parseRules([{ file: 'x.yml', text }]);
    const events = [event('p', 0n, 'a', { by: 'svc_batch' }), event('p', hour)];
    const before = run(rules!, events, {}, 'count');
    expect([verdictOf(before), before.suppressed, before.expired]).toEqual(['not found', [{ filter: 'service accounts', events: 1 }], []]);
    const after = run(rules!, events, { today: '2026-01-02' }, 'count');
    expect([verdictOf(after), after.suppressed, after.expired]).toEqual(['confirmed', [], ['service accounts']]);
  });

  it('take the mean without rounding', () => {
    const rules = rulesOf(`{ type: value_avg, rules: [p], ${common}, condition: { field: value, eq: 0.1 } }`);
    const events = ['0.3', '0.0', '0.0'].map((value, at) => event('p', BigInt(at), 'a', { value }));
    expect(run(rules, events).groups[0]?.matches.map(({ hits }) => hits.length)).toEqual([3]);
  });

  it('take the percentile by nearest rank', () => {
    const events = ['15', '20', '35', '40', '50'].map((value) => event('p', 0n, 'a', { value }));
    for (const [percentile, value] of [
      [0, 15],
      [5, 15],
      [30, 20],
      [40, 20],
      [50, 35],
      [100, 50],
    ]) {
      const condition = `{ field: value, percentile: ${String(percentile)}, eq: ${String(value)} }`;
      expect(verdictOf(run(rulesOf(`{ type: value_percentile, rules: [p], ${common}, condition: ${condition} }`), events))).toBe(
        'confirmed',
      );
    }
  });

  it('compare decimals of any length exactly', () => {
    expect(compareDecimals(decimalOf('9007199254740993'), decimalOf('9007199254740992'))).toBe(1);
    expect(compareDecimals(decimalOf('1e2'), decimalOf('100.000'))).toBe(0);
    expect(['', '.', '1e999', 'x', '--1'].map(parseDecimal)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
