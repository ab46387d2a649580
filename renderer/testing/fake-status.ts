/** Figures for a window without a core. */
import { type DatabaseFigures, type EndpointFigures, noEndpointFigures, noFigures, type StatusView } from '../../app/model/figures.ts';

const primary = 'oracle.client.example.com:6036/CLIENT_AUDIT';
const standby = 'oracle-standby.client.example.com:6036/CLIENT_AUDIT';
const accounts = 'oracle.account.example.com:6036/ACCOUNT_AUDIT';

const good: EndpointFigures = {
  attempts: 412,
  successes: 405,
  latencySumMs: 405 * 4_150,
  longestMs: 61_300,
  lastSuccessAt: '2026-11-20T13:41:07.000000Z',
  lastLatencyMs: 3_870,
  lastFailureAt: '2026-11-18T07:02:44.000000Z',
  lastCode: 'query.timeout',
};

const database = (endpoints: DatabaseFigures['endpoints'], change: Partial<DatabaseFigures> = {}): DatabaseFigures => ({
  sources: 405,
  missing: 7,
  retries: 9,
  timeouts: 4,
  rows: 20_412_806,
  bytes: 812_404_112,
  waits: 405,
  waitSumMs: 405 * 380,
  longestWaitMs: 9_400,
  endpoints,
  ...change,
});

/** Two databases, one of which is answered by its standby at present. */
export const fakeStatus: StatusView = {
  version: '0.1.0',
  since: '2026-11-01T06:00:12.000000Z',
  figures: {
    runs: { succeeded: 121, partial: 12, failed: 1, cancelled: 3 },
    scatters: { single: 536, multi: 0, broadcast: 12 },
    partialTimeouts: 4,
    databases: {
      client_activity_analysis: database({ [primary]: good, [standby]: { ...good, attempts: 12, successes: 12, latencySumMs: 62_000 } }),
      account_activity_analysis: database({ [accounts]: { ...good, lastCode: 'db.unreachable' } }, { sources: 137, missing: 2 }),
    },
  },
  inFlight: { runs: 0, sources: 0, waiting: 0 },
  endpoints: [
    { database: 'client_activity_analysis', endpoint: primary, breaker: 'open', figures: good },
    {
      database: 'client_activity_analysis',
      endpoint: standby,
      breaker: 'closed',
      figures: { ...good, attempts: 12, successes: 12, latencySumMs: 62_000 },
    },
    { database: 'account_activity_analysis', endpoint: accounts, breaker: 'half-open', figures: { ...good, lastCode: 'db.unreachable' } },
  ],
  history: { store: 'ready', waiting: 0, unwritten: 0, lost: 0, rejected: 0, interrupted: 0 },
};

/** The same endpoints, with nothing counted. */
export function resetStatus({ since: _since, ...status }: StatusView): StatusView {
  return { ...status, figures: noFigures, endpoints: status.endpoints.map((endpoint) => ({ ...endpoint, figures: noEndpointFigures })) };
}
