/** Tables for a window without a core: rows are computed from their number, so a million of them cost nothing. */
import { addHours, type Instant } from '../../app/model/instant.ts';
import type { Cell, Page, PageRequest, ReportStatistics, TableColumn } from '../../app/model/table.ts';

/** A table whose rows are functions of their number. */
export interface FakeTable {
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  readonly row: (index: number) => readonly Cell[];
}

const types = ['password', 'email', 'phone', 'token'] as const;
const sourceOfType = {
  password: 'account_activity_analysis',
  email: 'client_activity_analysis',
  phone: 'client_activity_analysis',
  token: 'client_activity_analysis',
};
const names = ['anna.berg', 'b.cohen', 'chiara.russo', 'd.novak', 'eva.lindqvist', 'f.okafor', 'g.silva', 'h.tanaka'];

/** A number between 0 and 1 that only depends on its arguments. */
function noise(index: number, salt: number): number {
  const value = Math.sin(index * 12.9898 + salt * 78.233) * 43_758.5453;
  return value - Math.floor(value);
}

const pick = <T>(values: readonly T[], index: number, salt: number): T => {
  const value = values[Math.floor(noise(index, salt) * values.length)] ?? values[0];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
};

/** The report's columns, in the report's order. */
const reportColumns: readonly TableColumn[] = [
  { name: 'user_id', kind: 'text' },
  ...types.flatMap((type): TableColumn[] => [
    { name: `${type}_change_time`, kind: 'instant' },
    { name: `${type}_source_db`, kind: 'text' },
  ]),
  { name: 'earliest_change', kind: 'instant' },
  { name: 'latest_change', kind: 'instant' },
  { name: 'change_window_hours', kind: 'double' },
  { name: 'verdict', kind: 'text' },
  { name: 'missing_sources', kind: 'text' },
  { name: 'email_old_email', kind: 'text' },
  { name: 'email_new_email', kind: 'text' },
  { name: 'phone_old_phone', kind: 'text' },
  { name: 'phone_new_phone', kind: 'text' },
  { name: 'token_token_type', kind: 'text' },
  { name: 'token_ip_address', kind: 'text' },
  { name: 'password_ip_address', kind: 'text' },
  { name: 'password_user_agent', kind: 'text' },
  { name: 'confidence', kind: 'double' },
];

/** The merged report: confirmed clients, or undetermined ones without the changes of the missing types. */
export function reportTable(rows: number, lastEvent: Instant, missing: readonly string[], missingSources: string): FakeTable {
  return {
    columns: reportColumns,
    rows,
    row: (index) => {
      const times = types.map((type, place) => (missing.includes(type) ? null : addHours(lastEvent, -23.9 * noise(index, place))));
      const known = times.filter((time) => time !== null).sort();
      const name = pick(names, index, 9);
      return [
        String(1_000_000 + index * 37),
        ...types.flatMap((type, place) => [times[place] ?? null, times[place] == null ? null : sourceOfType[type]]),
        known[0] ?? null,
        known.at(-1) ?? null,
        hoursBetween(known[0], known.at(-1)),
        missing.length === 0 ? 'confirmed' : 'undetermined',
        missing.length === 0 ? '' : missingSources,
        missing.includes('email') ? null : `${name}@example.com`,
        missing.includes('email') ? null : `${name}.${index}@mail.example.net`,
        missing.includes('phone') ? null : `+49 30 ${1_000_000 + index}`,
        missing.includes('phone') ? null : `+44 20 ${7_000_000 + index}`,
        missing.includes('token') ? null : pick(['HARDWARE', 'TOTP', 'PUSH'], index, 3),
        missing.includes('token') ? null : `203.0.113.${index % 254}`,
        missing.includes('password') ? null : `198.51.100.${(index * 7) % 254}`,
        missing.includes('password')
          ? null
          : 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36',
        String(1 - missing.length / types.length),
      ];
    },
  };
}

function hoursBetween(from: string | undefined, to: string | undefined): string | null {
  if (from === undefined || to === undefined) return null;
  return ((Date.parse(to) - Date.parse(from)) / 3_600_000).toFixed(4);
}

/** The raw rows of the e-mail query. */
export function emailTable(rows: number, newest: Instant): FakeTable {
  return {
    columns: [
      { name: 'user_id', kind: 'integer' },
      { name: 'old_email', kind: 'text' },
      { name: 'new_email', kind: 'text' },
      { name: 'change_date', kind: 'timestamp' },
      { name: 'changed_by', kind: 'text' },
      { name: 'change_reason', kind: 'text' },
    ],
    rows,
    row: (index) => [
      String(1_000_000 + Math.floor(noise(index, 1) * 40_000)),
      `${pick(names, index, 2)}@example.com`,
      index % 41 === 0 ? '' : `${pick(names, index, 4)}.${index}@mail.example.net`,
      addHours(newest, (-720 * index) / rows)
        .slice(0, 19)
        .replace('T', ' '),
      pick(['SELF', 'CALL_CENTER', 'BRANCH'], index, 5),
      index % 5 === 0 ? null : pick(['customer request', '=HYPERLINK("http://example.net")', 'migration', 'lost access'], index, 6),
    ],
  };
}

/** A page of a table, as the engine would give it. Filters and orders go over at most the first 20,000 rows. */
export function pageOf({ columns, rows, row }: FakeTable, { offset, limit, sort, filters }: Omit<PageRequest, 'table'>): Page {
  if (sort === undefined && filters.length === 0) {
    const count = Math.max(0, Math.min(limit, rows - offset));
    return { columns, rows: Array.from({ length: count }, (_, index) => row(offset + index)), offset, matching: rows, total: rows };
  }
  const place = (name: string): number => columns.findIndex((column) => column.name === name);
  const all = Array.from({ length: Math.min(rows, 20_000) }, (_, index) => row(index)).filter((cells) =>
    filters.every(({ column, contains }) => (cells[place(column)] ?? '').toLowerCase().includes(contains.toLowerCase())),
  );
  if (sort !== undefined) {
    const at = place(sort.column);
    all.sort((a, b) => (a[at] ?? '').localeCompare(b[at] ?? '', 'en', { numeric: true }) * (sort.descending ? -1 : 1));
  }
  return { columns, rows: all.slice(offset, offset + limit), offset, matching: all.length, total: rows };
}

/** Figures for so many clients. */
export function statisticsOf(clients: number, lastEvent: Instant): ReportStatistics {
  const bins = Array.from({ length: 12 }, (_, index) => ({
    fromHours: index * 2,
    toHours: index * 2 + 2,
    count: clients === 0 ? 0 : Math.round((clients * Math.exp(-((index - 7) ** 2) / 9)) / 5.3),
  }));
  return {
    perType: types.map((changeType, index) => ({
      changeType,
      count: clients + index * 3,
      first: clients === 0 ? null : addHours(lastEvent, -23.6 + index * 0.3),
      last: clients === 0 ? null : addHours(lastEvent, -0.2 - index * 0.11),
      share: (clients + index * 3) / Math.max(1, clients * 4 + 18),
    })),
    windowHours:
      clients === 0 ? null : { n: clients, mean: 14.217, median: 14.902, min: 0.417, max: 23.81, std: clients > 1 ? 4.903 : null },
    histogram: bins,
  };
}
