/** The evidence of a client for a window without a core: changes around T, raw rows, and others with the same address. */
import type { ClientEvidence, ClientShared, EvidenceEvent, EvidenceSource, SharedValue } from '../../app/model/client-evidence.ts';
import { addHours, type Instant, microsOfInstant } from '../../app/model/instant.ts';
import { coverageOf } from '../../app/model/run-reducer.ts';
import type { PlannedSource } from '../../app/model/plan.ts';
import type { Cell } from '../../app/model/table.ts';
import type { FakeRun } from './fake-run.ts';

const columnsOf: Readonly<Record<string, readonly string[]>> = {
  password: ['user_id', 'change_date', 'change_type', 'change_source', 'ip_address', 'user_agent'],
  email: ['user_id', 'old_email', 'new_email', 'change_date', 'changed_by', 'change_reason'],
  phone: ['user_id', 'old_phone', 'new_phone', 'phone_type', 'change_date', 'changed_by'],
  token: ['user_id', 'token_type', 'action', 'action_date', 'performed_by', 'ip_address'],
};

/** Hours before T of the client's changes, by type; the first of each lies in a window of 24 h. */
const hoursOf: Readonly<Record<string, readonly number[]>> = {
  password: [3.2, 3.25, 300.5],
  email: [2.9, 410],
  phone: [2.55, 70.25, 70.5],
  token: [1.731_233_4, 26, 27.5, 500, 690],
};

const values: Readonly<Record<string, Cell>> = {
  change_type: 'RESET',
  change_source: 'WEB',
  ip_address: '203.0.113.77',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36',
  old_email: 'anna.berg@example.com',
  new_email: 'anna.berg.4711@mail.example.net',
  changed_by: 'CALL_CENTER',
  change_reason: null,
  old_phone: '+49 30 1234567',
  new_phone: '+44 20 7000123',
  phone_type: 'MOBILE',
  token_type: 'PUSH',
  action: 'CREATED',
  performed_by: 'SELF',
};

/** All of a client, from the sources of the run that have answered. */
export function clientEvidence(run: FakeRun, client: string, limit: number): ClientEvidence {
  const { plan, state } = run;
  const answered = plan.sources.filter(({ id }) => state.sources[id]?.outcome?.kind === 'completed');
  const events = answered.flatMap((source) => eventsOf(source, client, plan.lastEvent, plan.window.from));
  events.sort((a, b) => Number(b.isInWindow) - Number(a.isInWindow) || ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
  const sources = answered.map((source): EvidenceSource => {
    const own = events.filter((event) => event.source === source.id);
    const columns = columnsOf[source.changeType ?? ''] ?? [];
    const { endpoint, endedAt, attempt = 1 } = state.sources[source.id] ?? {};
    return {
      source: source.id,
      columns: columns.map((name) => ({ name, kind: name.endsWith('_date') ? 'timestamp' : 'text' })),
      idColumn: 'user_id',
      timeColumn: columns.find((name) => name.endsWith('_date')) ?? '',
      rows: own.length,
      inWindow: own.filter((event) => event.isInWindow).length,
      withoutTime: 0,
      database: source.database,
      query: source.query,
      file: `/opt/cam/sql/${source.query.toLowerCase().replaceAll(' ', '_')}.sql`,
      changeType: source.changeType,
      attempt,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(endedAt === undefined ? {} : { readAt: endedAt }),
    };
  });
  const { runId, lastEvent, window, startDate, zone, sampleData, changeTypes } = plan;
  const { ratio, missing } = coverageOf(state);
  return {
    standing: { verdict: missing.length === 0 ? 'confirmed' : 'undetermined', confidence: ratio },
    runId,
    client,
    lastEvent,
    window,
    startDate,
    zone,
    sampleData,
    changeTypes,
    sources,
    events: events.slice(0, limit),
    total: events.length,
    missing,
  };
}

function eventsOf(source: PlannedSource, client: string, lastEvent: Instant, from: Instant): EvidenceEvent[] {
  const type = source.changeType ?? '';
  return (hoursOf[type] ?? []).map((hours, place): EvidenceEvent => {
    const time = addHours(lastEvent, -hours);
    const wall = time
      .slice(0, 26)
      .replace('T', ' ')
      .replace(/\.?0+$/, '');
    return {
      source: source.id,
      row: 1204 + place * 977,
      time,
      beforeTMicros: (microsOfInstant(lastEvent) - microsOfInstant(time)).toString(),
      isInWindow: time >= from,
      cells: (columnsOf[type] ?? []).map((name) => (name === 'user_id' ? client : name.endsWith('_date') ? wall : (values[name] ?? null))),
    };
  });
}

/** With whom the client shares what. */
export function clientShared(run: FakeRun, client: string): ClientShared {
  const shared = (attribute: SharedValue['attribute'], value: string, column: string, clients: number): SharedValue => ({
    attribute,
    value,
    columns: [`client_activity_analysis/Get token changes · ${column}`],
    clients,
    examples: Array.from({ length: Math.min(clients, 20) }, (_, place) => String(1_000_037 + place * 74)),
  });
  return {
    runId: run.plan.runId,
    client,
    compared: 6,
    isCut: false,
    values: [
      shared('new phone', '+44 20 7000123', 'new_phone', 1),
      shared('ip address', '203.0.113.77', 'ip_address', 3),
      shared('changed by', 'CALL_CENTER', 'changed_by', 18_211),
    ],
    missing: coverageOf(run.state).missing,
  };
}
