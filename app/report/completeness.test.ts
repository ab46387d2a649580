/**
 * The first law over everything that leaves the program, in thousands of states of a run: whatever is missing is named with its
 * error and the time that stays open, and nothing says or implies that nobody was found or that all is there.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xlsx from '@e965/xlsx';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifyRunEnded } from '../../main/notifications.ts';
import { endLines } from '../hosts/cli/end-lines.ts';
import { exitCodeOfRun, exitCodes } from '../hosts/cli/exit-codes.ts';
import { resultAnswer } from '../hosts/rest/result-answers.ts';
import { runOfState } from '../hosts/rest/run-answers.ts';
import type { ClientEvidence, ClientShared } from '../model/client-evidence.ts';
import type { ReportMetadata } from '../model/report.ts';
import { coverageOf } from '../model/run-reducer.ts';
import type { MissingSource, RunState } from '../model/run.ts';
import type { AlertMessage, AlertRecord, LedgerInterval } from '../model/schedule.ts';
import { formatInZone } from '../model/zoned-time.ts';
import { notificationOf } from '../schedule/alert-sender.ts';
import { alertLines } from '../schedule/alert-text.ts';
import { alertsOfEnd, alertsOfNeglect } from '../schedule/alerts.ts';
import { endOfEvaluation } from '../schedule/evaluation-end.ts';
import { evaluationOf } from '../services/interval-evaluation.ts';
import { sampleSchedule, tellEverything } from '../testing/ledger-values.ts';
import { claimsOfCompleteness, inRandomStates, randomRunState } from '../testing/random-run.ts';
import { evidenceText } from './evidence-text.ts';
import { metadataPathOf } from './export-csv.ts';
import { exportReport } from './export-report.ts';
import { mailDraft } from './mail-draft.ts';
import { reportMetadata } from './metadata.ts';
import { noteEntry } from './note-entry.ts';

const metadataOf = (state: RunState): ReportMetadata =>
  reportMetadata(state, { version: '0.1.0', createdAt: '2026-11-20T14:05:00.000000Z' });

/** What each missing source must be told with: its name, its error, and the range of time. */
function expectNamed(text: string, missing: readonly MissingSource[], time: (instant: string) => string): void {
  const facts = missing.flatMap(({ source, message, code = '', window }) => [source, message, code, time(window.from), time(window.to)]);
  // One expectation a text: thousands of texts are looked at.
  const untold = facts.filter((fact) => !text.includes(fact));
  if (untold.length > 0) expect({ untold, text }).toEqual({ untold: [], text });
}

const zoned = ({ plan }: RunState) => {
  return (instant: string): string => formatInZone(instant, plan.zone);
};
const asIs = (instant: string): string => instant;

function property(check: (state: RunState, missing: readonly MissingSource[]) => void, runs?: number): void {
  inRandomStates((state) => {
    check(state, coverageOf(state).missing);
  }, runs);
}

/** Checks a text of an artefact in every state. */
function expectHonest(textOf: (state: RunState) => string, time?: (instant: string) => string): void {
  const seen = { complete: 0, incomplete: 0 };
  property((state, missing) => {
    const text = textOf(state);
    seen[missing.length > 0 ? 'incomplete' : 'complete'] += 1;
    expectNamed(text, missing, time ?? zoned(state));
    if (missing.length > 0) expect(text).not.toMatch(claimsOfCompleteness);
  });
  // A property of incomplete runs alone would not show that complete ones may say so.
  expect(seen.complete).toBeGreaterThan(100);
  expect(seen.incomplete).toBeGreaterThan(100);
}

describe('with any source missing in any way', () => {
  it('the note names it and claims nothing', () => {
    expectHonest((state) => noteEntry(metadataOf(state)));
  });

  it('the mail draft names it, and says incomplete in its subject', () => {
    expectHonest((state) => mailDraft(metadataOf(state), ['soc@example.com']).body);
    property((state, missing) => {
      const { subject } = mailDraft(metadataOf(state), []);
      if (missing.length > 0) expect(subject).toContain('INCOMPLETE');
      if (missing.length > 0) expect(subject).not.toMatch(claimsOfCompleteness);
    });
  });

  it('the headline of every file claims nothing', () => {
    property((state, missing) => {
      const { headline } = metadataOf(state);
      if (missing.length > 0) expect(headline).not.toMatch(claimsOfCompleteness);
    });
  });

  it('the command line names it, and never ends with 0', () => {
    property((state, missing) => {
      const text = [...endLines(state, metadataOf(state)), metadataOf(state).headline].join('\n');
      expectNamed(text, missing, zoned(state));
      if (missing.length > 0) {
        expect(text).not.toMatch(claimsOfCompleteness);
        expect(exitCodeOfRun(state, false)).not.toBe(exitCodes.complete);
        expect(exitCodeOfRun(state, true)).not.toBe(exitCodes.complete);
      }
    });
  });

  it('the notification at the end names it, up to three, and counts the others', () => {
    const seen = { few: 0, many: 0 };
    property((state, missing) => {
      if (state.outcome === undefined) return;
      if (missing.length > 0) seen[missing.length > 3 ? 'many' : 'few'] += 1;
      const at = state.endedAt ?? '';
      let body = '';
      const payload = { runId: state.plan.runId, seq: 9, event: { kind: 'run-ended', at, outcome: state.outcome } } as const;
      notifyRunEnded(
        payload,
        { missing, filters: [], zone: state.plan.zone },
        { isFocused: () => false, show: (_title, shown) => (body = shown) },
      );
      expectNamed(body, missing.slice(0, 3), zoned(state));
      if (missing.length > 3) expect(body).toContain(`${String(missing.length - 3)} more`);
      if (missing.length > 0) expect(body).not.toMatch(claimsOfCompleteness);
    });
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  it('the REST answer of the run, and that of a page of its table without a row, name it', () => {
    expectHonest((state) => JSON.stringify(runOfState(state)), asIs);
    expectHonest((state) => JSON.stringify(emptyPage(state)), asIs);
  });

  it('every alert of a schedule names it, as a text, as JSON and as a notification (up to three there)', () => {
    let alerts = 0;
    property((state, missing) => {
      for (const message of alertsOf(state)) {
        alerts += 1;
        const [text, json] = [alertLines(message).join('\n'), JSON.stringify(message)];
        expectNamed(text, missing, zoned(state));
        expectNamed(json, missing, asIs);
        const shown = notificationOf(message);
        expectNamed(shown, missing.slice(0, 3), zoned(state));
        if (missing.length > 3) expect(shown).toContain(`${String(missing.length - 3)} more`);
        if (missing.length > 0) expect(`${text}\n${json}\n${shown}`).not.toMatch(claimsOfCompleteness);
      }
    });
    expect(alerts).toBeGreaterThan(100);
  });

  it("a client's evidence names it before what was found", () => {
    expectHonest((state) => evidenceText(...emptyEvidence(state)));
    property((state, missing) => {
      const text = evidenceText(...emptyEvidence(state));
      if (missing.length > 0) expect(text.indexOf('INCOMPLETE')).toBeLessThan(text.indexOf('Rows of the client'));
    }, 200);
  });
});

describe('with every answer there, but a run that has not ended well', () => {
  it('headline, note, mail, alerts and REST answers claim nothing, and the exit code is not 0', () => {
    let seen = 0;
    property((state, missing) => {
      if (missing.length > 0 || state.outcome === 'succeeded') return;
      seen += 1;
      const metadata = metadataOf(state);
      const mail = mailDraft(metadata, []);
      const alerts = alertsOf(state).flatMap((message) => [...alertLines(message), JSON.stringify(message)]);
      const rest = [JSON.stringify(runOfState(state)), JSON.stringify(emptyPage(state))];
      const said = [metadata.headline, noteEntry(metadata), mail.subject, mail.body, ...alerts, ...rest];
      expect(said.join('\n')).not.toMatch(claimsOfCompleteness);
      // A count of what nobody has counted would read as nobody.
      if (state.merge === undefined) expect([metadata.figures, noteEntry(metadata), mail.subject].join('\n')).not.toMatch(/\b0 confirmed/);
      if (state.status === 'ended') expect(metadata).toMatchObject({ confidencePercent: 0 });
      expect(exitCodeOfRun(state, false)).not.toBe(exitCodes.complete);
    }, 4000);
    expect(seen).toBeGreaterThan(20);
  });
});

describe('with any source missing in any way, a file that is written', () => {
  let folder: string;
  let files = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cam-completeness-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Writes a table without a row: the one that could most easily be taken for "nobody". */
  async function written(state: RunState, format: 'xlsx' | 'csv' | 'json'): Promise<string> {
    const path = join(folder, `${String(files++)}.${format}`);
    const table = { name: 'confirmed', columns: [{ name: 'user_id', kind: 'text' } as const], rows: 0, batches: noRows(), filters: [] };
    await exportReport(format, { path, table, metadata: metadataOf(state), onRows: () => undefined });
    if (format === 'csv') return readFile(metadataPathOf(path), 'utf8');
    if (format === 'json') return readFile(path, 'utf8');
    const { Sheets } = xlsx.read(await readFile(path));
    return Object.values(Sheets)
      .map((sheet) => xlsx.utils.sheet_to_csv(sheet, { forceQuotes: false }))
      .join('\n');
  }

  it.each(['xlsx', 'csv', 'json'] as const)('as %s names it and claims nothing', async (format) => {
    await fc.assert(
      fc.asyncProperty(randomRunState, async (state) => {
        const { missing } = coverageOf(state);
        const text = await written(state, format);
        expectNamed(text, missing, format === 'xlsx' ? zoned(state) : asIs);
        if (missing.length > 0) expect(text).not.toMatch(claimsOfCompleteness);
      }),
      { numRuns: 60 },
    );
  });
});

async function* noRows(): AsyncGenerator<readonly (readonly string[])[]> {
  await Promise.resolve();
  yield [];
}

/** The evidence of a client of whom nothing was found. */
function emptyEvidence(state: RunState): readonly [ClientEvidence, ClientShared] {
  const { runId, lastEvent, window, startDate, zone, sampleData, changeTypes } = state.plan;
  const { missing } = coverageOf(state);
  const about = { runId, client: '4711', missing };
  const evidence = { ...about, lastEvent, window, startDate, zone, sampleData, changeTypes, sources: [], events: [], total: 0 };
  return [evidence, { ...about, values: [], compared: 0, isCut: false }];
}

/** A page of a table without a row. */
function emptyPage(state: RunState): object {
  const page = { columns: [{ name: 'user_id', kind: 'text' as const }], rows: [], total: 0 };
  return resultAnswer(state, metadataOf(state), { table: 'confirmed', page, limit: 100, offset: 0 });
}

/** All alerts that a run gives which was an interval's evaluation, after trouble that was told, and those of nobody's evaluating it again. */
function alertsOf(state: RunState): readonly AlertMessage[] {
  if (state.outcome === undefined) return [];
  const { lastEvent: to, zone, runId } = state.plan;
  const schedule = sampleSchedule({ zone, alerts: [tellEverything] });
  const at = '2026-11-20T14:05:00.000000Z';
  const interval: LedgerInterval = {
    ...{ schedule: schedule.name, from: state.plan.window.from, to, dueAt: to, state: 'running', reason: null, attempts: 1 },
    ...{ nextTryAt: null, requestedBy: null, runId, startedAt: at, endedAt: null, owner: 'host (1)', result: null },
  };
  const told: AlertRecord = {
    ...{ alertId: 1, schedule: schedule.name, to, reason: 'failure', channel: tellEverything.id, state: 'sent', at, error: null },
  };
  const end = endOfEvaluation(schedule, interval, evaluationOf(state, metadataOf(state).headline), Date.parse(at));
  const neglected: LedgerInterval = { ...interval, state: end.state, reason: end.reason, result: end.result };
  const all = [
    ...alertsOfEnd(schedule, interval, end, [told]),
    ...alertsOfNeglect(schedule, 'late', [neglected], at),
    ...alertsOfNeglect(schedule, 'not_run', [neglected], at),
  ];
  return all.map(({ message }) => message);
}
