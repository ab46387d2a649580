/** Ten histories through the real reading of event times: wall-clock times of a database's zone, around both changes of the clocks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantFromMicros, microsOfInstant } from '../model/instant.ts';
import { formatInZone, parseTime } from '../model/zoned-time.ts';
import { samplePlan } from '../testing/builders.ts';
import { type EngineHarness, eventRows, type SourceRows, startEngineHarness } from '../testing/engine-harness.ts';
import { changesRule, configuredRule, plannedRule } from '../testing/sample-rule.ts';

/** Steps by letter and hour: P password, E e-mail, F phone, T token; of client a, or of b with a stroke. */
const vectors: readonly (readonly [steps: string, all: boolean, inOrder: boolean, three: boolean])[] = [
  ['P0 E1 F2 T3', true, true, true],
  ['P0 E1 F2 T24', true, true, true],
  ['P0 E1 F2 T24.000277778', false, false, true],
  ['P22 E23 F25 T26', true, true, true],
  ["P0 E1 F'2 T'3", false, false, false],
  ['P0 P1 E2 E3 F4', false, false, true],
  ['P0 P30 E31 F32 T33', true, true, true],
  ['P0 F1 E2 T3', true, false, true],
  ['P0 E0 F0 T0', true, true, true],
  ['P0 P20 E30 F31 T32', true, true, true],
];

/** Midnights before both changes of the clocks in 2026. */
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

const types = ['password', 'email', 'phone', 'token'];
const ordered = configuredRule(
  `title: In order\nname: in_order\ncorrelation: { type: temporal_ordered, rules: [password_change, email_change, phone_change, token_change], group-by: [user_id], timespan: 24h }\n---\n${changesRule(types).text.split('---\n').slice(0, 4).join('---\n')}`,
  'in_order',
);

let engine: EngineHarness;
let runs = 0;

beforeAll(async () => {
  engine = await startEngineHarness();
});
afterAll(async () => {
  await engine.close();
});

interface VectorEvent {
  readonly place: number;
  readonly client: string;
  readonly instant: string;
  /** What a clock on the wall of the database's zone shows. */
  readonly wall: string;
}

type Vector = (typeof vectors)[number];

describe('ten histories on nights in which the clocks change', () => {
  it.each(nights.filter(([zone, midnight]) => goesBack(zone, midnight)))('%s, from %s on, told as instants', async (zone, midnight) => {
    const start = microsOfInstant(parseTime(midnight, zone, 0));
    for (const vector of vectors) {
      const events = eventsOf(vector, start, zone);
      await judge(vector, start, events, (own) =>
        eventRows(
          own.map(({ client, instant }) => [client, formatInZone(instant, 'UTC')] as const),
          { time: 'instant' },
        ),
      );
    }
  });

  it.each(nights)('%s, from %s on, told as wall-clock times', async (zone, midnight) => {
    let moved = 0;
    for (const vector of vectors) {
      // A wall-clock time that happens twice stands for the later instant (docs/decisions/merge.md): a history that would need the
      // earlier one cannot be told that way, so it begins an hour later, and again, until it can.
      let start = microsOfInstant(parseTime(midnight, zone, 0));
      while (eventsOf(vector, start, zone).some(({ instant, wall }) => parseTimeLater(wall, zone) !== instant)) {
        start += 3_600_000_000n;
        moved += 1;
      }
      await judge(
        vector,
        start,
        eventsOf(vector, start, zone),
        (own) => eventRows(own.map(({ client, wall }) => [client, wall] as const)),
        {
          zone,
        },
      );
    }
    // Every vector has been judged, and only where the clocks go back one had to move, by three hours at most.
    expect(moved === 0 || goesBack(zone, midnight)).toBe(true);
    expect(moved).toBeLessThanOrEqual(3 * vectors.length);
  });
});

function eventsOf([steps]: Vector, start: bigint, zone: string): readonly VectorEvent[] {
  return steps.split(' ').map((step) => {
    const [, letter = '', stroke = '', hours = '0'] = /^([A-Z])('?)([\d.]+)$/.exec(step) ?? [];
    const instant = instantFromMicros(start + BigInt(Math.round(Number(hours) * 3600)) * 1_000_000n);
    return { place: 'PEFT'.indexOf(letter), client: stroke === '' ? 'a' : 'b', instant, wall: formatInZone(instant, zone) };
  });
}

/** Judges one history by the three rules, sliding over all of it, and anchored at its last event where the definition says the same. */
async function judge(
  [steps, all, inOrder, three]: Vector,
  start: bigint,
  events: readonly VectorEvent[],
  rowsOf: (own: readonly VectorEvent[]) => SourceRows,
  change: { readonly zone?: string } = {},
): Promise<void> {
  const last =
    events
      .map(({ instant }) => instant)
      .sort()
      .at(-1) ?? '';
  for (const [rule, isFound] of [
    [changesRule(types), all],
    [ordered, inOrder],
    [changesRule(types, 3), three],
  ] as const) {
    const window = { from: instantFromMicros(microsOfInstant(last) - 86_400_000_000n), to: last };
    const range = { from: instantFromMicros(start - 1n), to: last };
    const { sources } = samplePlan();
    const base = { rule: plannedRule(rule, sources), lastEvent: last };
    const isAnchoredFound = isFound && events.filter(({ instant }) => instant < window.from).length === 0;
    for (const plan of [
      samplePlan(4, { ...base, runId: `vector-${String(++runs)}`, window: range, range }),
      ...(isAnchoredFound || !isFound ? [samplePlan(4, { ...base, runId: `vector-${String(++runs)}`, window })] : []),
    ]) {
      const run = await engine.open(plan);
      for (const [place, { id }] of plan.sources.entries()) {
        await run.attach(id, rowsOf(events.filter((event) => event.place === place)), change);
      }
      expect([steps, rule.key, plan.range === undefined, (await run.evaluate()).confirmed]).toEqual([
        steps,
        rule.key,
        plan.range === undefined,
        isFound ? 1 : 0,
      ]);
      await engine.rpc.call('close', { runId: plan.runId });
    }
  }
}

/** Whether 24 hours after this midnight it is still the same day. */
function goesBack(zone: string, midnight: string): boolean {
  const dayAfter = instantFromMicros(microsOfInstant(parseTime(midnight, zone, 0)) + 86_400_000_000n);
  return formatInZone(dayAfter, zone).includes(' 23:');
}

/** The later of the instants that a wall-clock time stands for. */
function parseTimeLater(wall: string, zone: string): string {
  const guess = microsOfInstant(`${wall.replace(' ', 'T')}${wall.includes('.') ? '' : '.000000'}Z`);
  // Offsets are whole quarters of an hour, between -12 and +14 hours.
  const later = Array.from({ length: 4 * 26 + 1 }, (_, quarter) => instantFromMicros(guess + BigInt(quarter - 4 * 14) * 900_000_000n))
    .filter((instant) => formatInZone(instant, zone) === wall)
    .sort()
    .at(-1);
  if (later === undefined) throw new Error(`${wall} does not exist in ${zone}`);
  return later;
}
