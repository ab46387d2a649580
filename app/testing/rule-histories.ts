/** Random histories and the rules that are tried on them: every type, every comparison, every modifier, chains, filters. */
import type { RuleEvent, RuleSet } from '../rules/rule.ts';
import { parseRules } from '../rules/parse-rules.ts';

/** A number from 0 to below 1. */
export type Random = () => number;

/** The sources; rows of category `p` lie in two of them. */
export const differentialSources = [
  { id: 'p', category: 'p' },
  { id: 'p2', category: 'p' },
  { id: 'e', category: 'e' },
  { id: 'f', category: 'f' },
  { id: 't', category: 't' },
] as const;

const hour = 3_600_000_000n;

function one<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

const values = ['1', '2', '2.5', '-3', '0', '1e1', ' 4 ', '+2.50', '123456789012345678901234567890.25', null, 'x', '', '-0.0'];
const notes = [
  'abc',
  'ABC',
  'a_c',
  'a%c',
  'x*y',
  'a\nb',
  'Straße',
  'İstanbul',
  '',
  null,
  'svc_batch',
  'foo bar',
  'ΑΣ',
  'true',
  'back\\slash',
  '\uFEFFabc',
];
const addresses = [
  '10.0.0.1',
  '10.1.2.3',
  '192.168.1.77',
  '2001:db8::1',
  '2001:DB8:1::2',
  '::ffff:10.0.0.1',
  '10.0.0.01',
  'none',
  '',
  null,
];
const seen = [
  '2026-03-29T02:30:00Z',
  '2026-03-29 23:59:59+02:00',
  '2025-12-29',
  '2024-02-29T00:00:00.123456Z',
  'never',
  '',
  null,
  '2026-01-01T00:05',
];

/** One event of a history; times tie, lie at the edges of windows, or anywhere. */
export function randomEvent(random: Random, history: number): RuleEvent {
  const source = one(random, differentialSources);
  const whole = BigInt(Math.floor(random() * 61)) * hour;
  const time = random() < 0.7 ? whole + BigInt(Math.floor(random() * 3) - 1) : BigInt(Math.floor(random() * 60 * Number(hour)));
  const client = one(random, ['a', 'b', null]);
  return {
    time: time < 0n ? 0n : time,
    source: source.id,
    fields: {
      USER_ID: client === null ? null : `${String(history)}:${client}`,
      history: String(history),
      kind: source.category,
      value: one(random, values),
      note: one(random, notes),
      Other: one(random, notes),
      ip: one(random, addresses),
      seen: one(random, seen),
    },
  };
}

const common = 'group-by: [user_id], timespan: 24h';
const bodies = [
  `{ type: temporal, rules: [p, e, f], ${common} }`,
  `{ type: temporal, rules: [p, e, f, t], ${common}, condition: { gte: 2 } }`,
  `{ type: temporal, rules: [p, e, f], ${common}, condition: { lt: 2 } }`,
  `{ type: temporal, rules: [p, e, f], ${common}, condition: { gt: 0, lte: 2 } }`,
  `{ type: temporal, rules: [p, e, f, t], ${common}, condition: { neq: 2 } }`,
  `{ type: temporal, rules: [p, all, e], ${common} }`,
  `{ type: temporal_ordered, rules: [p, e, f], ${common} }`,
  `{ type: temporal_ordered, rules: [p, e, f, t], ${common}, condition: { gte: 2 } }`,
  `{ type: temporal_ordered, rules: [p, all, f, e], ${common}, condition: { eq: 3 } }`,
  `{ type: temporal, ${common}, condition: (p or e) and not f }`,
  `{ type: temporal, ${common}, condition: p and e and not (f and t) }`,
  `{ type: temporal, ${common}, condition: p and t and not e }`,
  `{ type: temporal, ${common}, condition: not p and not (e or not f) }`,
  `{ type: temporal_ordered, rules: [p, e, f], ${common}, condition: p and (e or f) }`,
  `{ type: temporal_ordered, rules: [p, e, t], ${common}, condition: p and e and not t }`,
  `{ type: temporal_ordered, rules: [t, f, e, p], ${common}, condition: (t or not f) and not (e and not p) }`,
  `{ type: event_count, rules: [p, e], ${common}, condition: { gte: 2 } }`,
  `{ type: event_count, rules: [p, all], ${common}, condition: { gt: 3 } }`,
  `{ type: event_count, rules: [p, e], ${common}, condition: { lte: 1 } }`,
  `{ type: event_count, rules: [p, e], ${common}, condition: { neq: 2 } }`,
  `{ type: event_count, rules: [p, e], ${common}, condition: { gte: 1, lt: 3 } }`,
  `{ type: value_count, rules: [p, e], ${common}, condition: { field: value, gte: 2 } }`,
  `{ type: value_count, rules: [p, e, all], ${common}, condition: { field: [value, kind], eq: 2 } }`,
  ...['gt', 'gte', 'lt', 'lte', 'eq', 'neq'].flatMap((comparison, at) => [
    `{ type: value_sum, rules: [p, e], ${common}, condition: { field: value, ${comparison}: ${['3', '2.5', '0', '-0.5', '2', '4.50'][at]!} } }`,
    `{ type: value_avg, rules: [p, e, all], ${common}, condition: { field: value, ${comparison}: ${['1.5', '2.25', '0', '1', '2', '2.5'][at]!} } }`,
    `{ type: value_percentile, rules: [p, e], ${common}, condition: { field: value, percentile: ${['90', '50', '0', '33.3', '100', '25'][at]!}, ${comparison}: 2 } }`,
  ]),
  `{ type: temporal, rules: [c0, t], ${common} }`,
  `{ type: event_count, rules: [many_e], ${common}, condition: { gte: 2 } }`,
  `{ type: temporal, ${common}, condition: p and not many_e }`,
  `{ type: event_count, rules: [few_e], ${common}, condition: { gte: 1 } }`,
  `{ type: temporal_ordered, rules: [many_e, few_e, t], ${common}, condition: { gte: 2 } }`,
  `{ type: value_count, rules: [wide], group-by: [history], timespan: 12h, condition: { field: client, gte: 2 } }`,
  `{ type: event_count, rules: [p, e], group-by: [history, kind], timespan: 3h, condition: { gte: 2 } }`,
  `{ type: event_count, rules: [p, f], group-by: [who, history], timespan: 6h, condition: { gte: 2 }, aliases: { who: { p: note, f: Other } } }`,
  `{ type: temporal, rules: [p_filtered, e], ${common} }`,
  `{ type: event_count, rules: [p_filtered, p], ${common}, condition: { gte: 2 } }`,
  `{ type: event_count, rules: [p], timespan: 1s, condition: { gte: 40 } }`,
  `{ type: event_count, rules: [absent, p], ${common}, condition: { gte: 2 } }`,
  `{ type: temporal, rules: [absent, p], ${common} }`,
];

/** Tests of single events, one a detection. */
const selections = [
  ['note: abc', 'note|cased: ABC', "note: 'a?c'", "note: 'x\\*y'", "note: 'a*b'", "note: ''", 'note: null', "note: 'back\\\\slash'"],
  ['note|contains: b', "note|contains|cased: 'B'", 'note|startswith: a', 'note|endswith: c', 'note|contains|all: [a, c]', 'note|neq: abc'],
  [
    'note: straße',
    'note: istanbul',
    'note: ασ',
    'note|contains: ß',
    'note: true',
    'note|exists: true',
    'Note|exists: false',
    'gone|exists: false',
  ],
  ["note|re: '^a.c$'", "note|re|i: '^A.C$'", "note|re|s: 'a.b'", "note|re|m: '^b'", "note|re: '\\d|_'", "note|re: '^$'", "note|re: 'bc$'"],
  [
    'value|gt: 2',
    'value|gte: 2.5',
    'value|lt: 0',
    'value|lte: -3',
    'value: 2.5',
    'value|neq: 10',
    'value: [1, 2]',
    'VALUE|gt: 1000000000000',
  ],
  ['ip|cidr: 10.0.0.0/8', "ip|cidr: '2001:db8::/32'", 'ip|cidr: [192.168.0.0/16, 10.0.0.1]', "ip|startswith: '10.'"],
  [
    'note|fieldref: Other',
    'note|fieldref|contains: other',
    'note|fieldref|startswith|cased: Other',
    'note|fieldref|endswith: Other',
    'note|neq|fieldref: Other',
  ],
  ['seen|minute|gte: 30', 'seen|hour: 21', 'seen|day: 29', 'seen|week: 1', 'seen|month|lt: 3', 'seen|year|gte: 2026'],
].flat();

/** The rules. */
export function differentialRules(): RuleSet {
  const detection = (name: string, logsource: string, body: string): string =>
    `---\ntitle: ${name}\nname: ${name}\nlogsource: { ${logsource} }\ndetection: { ${body} }\n`;
  const text = [
    ...['p', 'e', 'f', 't'].map((kind) => detection(kind, `category: ${kind}`, `selection: { kind: ${kind} }, condition: selection`)),
    detection('all', 'product: client_activity', "selection: { kind: '*' }, condition: selection"),
    detection('absent', 'category: nothing', "selection: { kind: '*' }, condition: selection"),
    detection('p_filtered', 'category: p', 'selection: { kind: p }, condition: selection'),
    ...bodies.map((body, at) => `---\ntitle: 'c${String(at)}'\nname: c${String(at)}\ncorrelation: ${body}\n`),
    `---\ntitle: many\nname: many_e\ncorrelation: { type: event_count, rules: [e, f], ${common}, condition: { gte: 2 } }\n`,
    `---\ntitle: few\nname: few_e\ncorrelation: { type: event_count, rules: [e, p], ${common}, condition: { lt: 2 } }\n`,
    `---\ntitle: wide\nname: wide\ncorrelation: { type: event_count, rules: [p, e, f, t], group-by: [client, history], timespan: 6h, condition: { gte: 2 }, aliases: { client: { p: user_id, e: user_id, f: user_id, t: user_id } } }\n`,
    ...selections.flatMap((selection, at) => [
      `---\ntitle: s${String(at)}\nname: s${String(at)}\nlogsource: { product: client_activity }\ndetection:\n  chosen:\n    ${selection}\n  other: { kind: [e, t] }\n  condition: ${['chosen', 'not chosen', 'chosen and not other', '1 of them'][at % 4]!}\n`,
      `---\ntitle: "m${String(at)}"\nname: m${String(at)}\ncorrelation: { type: event_count, rules: [s${String(at)}], ${common}, condition: { gte: 2 } }\n`,
    ]),
    '---\ntitle: service accounts\nlogsource: { category: p }\ncam_expires: 2026-01-01\nfilter: { rules: [p_filtered, e], selection: { note|startswith: svc_ }, condition: selection }\n',
    '---\ntitle: numbers\nlogsource: { product: client_activity }\nfilter: { rules: [p_filtered], selection: { value|gte: 2 }, condition: selection }\n',
    '---\ntitle: expired\nlogsource: { category: p }\ncam_expires: 2025-12-31\nfilter: { rules: [p_filtered], selection: { kind: p }, condition: selection }\n',
  ].join('');
  const { rules, problems } = parseRules([{ file: 'differential.yml', text }]);
  if (rules === undefined) throw new Error(JSON.stringify(problems, null, 1));
  return rules;
}
