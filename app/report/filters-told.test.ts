/** What the filters of a rule hid is said wherever a run is told about: who reads "nobody" must know that somebody was left out. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import xlsx from '@e965/xlsx';
import { expect, it } from 'vitest';
import { endLines } from '../hosts/cli/end-lines.ts';
import { resultAnswer } from '../hosts/rest/result-answers.ts';
import { runOfRecord, runOfState } from '../hosts/rest/run-answers.ts';
import { initialRunState, reduceRun } from '../model/run-reducer.ts';
import type { RunEvent } from '../model/run.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import { notificationOf } from '../schedule/alert-sender.ts';
import { alertLines } from '../schedule/alert-text.ts';
import { alertsOfEnd } from '../schedule/alerts.ts';
import { endOfEvaluation } from '../schedule/evaluation-end.ts';
import { evaluationOf } from '../services/interval-evaluation.ts';
import { samplePlan } from '../testing/builders.ts';
import { sampleRun } from '../testing/history-events.ts';
import { sampleSchedule, tellEverything } from '../testing/ledger-values.ts';
import { exportReport } from './export-report.ts';
import { mailDraft } from './mail-draft.ts';
import { reportMetadata } from './metadata.ts';
import { noteEntry } from './note-entry.ts';

const at = '2026-11-20T14:05:00.000000Z';
const sentences = [
  'The filter “robots” hid 3 events.',
  'The filter “old” ended on 2026-01-31 and hides nothing any more.',
  '2 clients may qualify whose ids differ only in case, leading zeros or blanks at their ends and so count as different clients; id_normaliser or the SQL files can make them alike.',
  '2 rows without an id and 1 without a time could not take part.',
];

const plain = samplePlan(1);
const filters = [
  { key: 'robots', title: 'robots' },
  { key: 'old', title: 'old', expires: '2026-01-31' },
];
const plan = { ...plain, rule: { ...plain.rule, filters } };
const [source = ''] = plan.sources.map(({ id }) => id);
const told = { skipped: 0, alike: 2, suppressed: [{ filter: 'robots', events: 3 }], expired: [{ filter: 'old', expires: '2026-01-31' }] };
const figures = { confirmed: 1, undetermined: 0, clientsInWindow: 1, eventsInWindow: 1, rows: 4, durationMs: 1 };
const events: readonly RunEvent[] = [
  { kind: 'source-ended', at, source, outcome: { kind: 'completed', rows: 7, bytes: 100, nullIds: 2, nullTimes: 1 } },
  { kind: 'merged', at, merge: { ...figures, sources: [source], rule: told } },
  { kind: 'run-ended', at, outcome: 'succeeded' },
];
const state = events.reduce(reduceRun, initialRunState(plan, at));
const metadata = reportMetadata(state, { version: '0.1.0', createdAt: at });

it('in the REST answers: of a run that is open, of one that was recorded, and of a page of its table', () => {
  expect(runOfState(state).filters).toEqual(sentences);
  const stored = { id: 1, ...sampleRun({ filters: sentences }) };
  expect(runOfRecord(stored).filters).toEqual(sentences);
  // What an earlier version recorded is not known: that is not the same as nothing.
  expect(runOfRecord({ id: 1, ...sampleRun() }).filters).toBeNull();
  const page = { columns: [], rows: [], total: 0 };
  expect(resultAnswer(state, metadata, { table: 'confirmed', page, limit: 10, offset: 0 }).filters).toEqual(sentences);
});

it('in the mail draft, the note, what the command line says at the end, and beside the headline of every report', () => {
  const mail = mailDraft(metadata, ['soc@example.com']);
  for (const sentence of sentences) {
    expect(mail.body).toContain(sentence);
    expect(noteEntry(metadata)).toContain(sentence);
    expect(endLines(state, metadata)).toContain(sentence);
  }
  expect(metadata.filters).toEqual(sentences);
});

it('in every file: the sheet about the run, the metadata beside a CSV, the JSON', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cam-filters-'));
  try {
    const table = {
      ...{ name: 'confirmed', columns: [{ name: 'user_id', kind: 'text' as const }], rows: 0, filters: [] },
      sort: undefined,
    };
    const texts: string[] = [];
    for (const format of ['xlsx', 'csv', 'json'] as const) {
      const path = join(folder, `report.${format}`);
      const batches = Readable.from([]);
      const file = await exportReport(format, { path, metadata, table: { ...table, batches }, onRows: () => undefined });
      if (format === 'xlsx')
        texts.push(
          Object.values(xlsx.read(await readFile(file.path)).Sheets)
            .map((sheet) => xlsx.utils.sheet_to_csv(sheet))
            .join(),
        );
      else texts.push(await readFile(file.metadataPath ?? file.path, 'utf8'));
    }
    for (const text of texts) for (const sentence of sentences) expect(text).toContain(sentence);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('in the alerts of a schedule: as a sentence, as a mail, as JSON and as a notification', () => {
  const schedule = sampleSchedule({ alerts: [tellEverything] });
  const interval: LedgerInterval = {
    ...{ schedule: schedule.name, from: plan.window.from, to: plan.lastEvent, dueAt: at, state: 'running', reason: null, attempts: 1 },
    ...{ nextTryAt: null, requestedBy: null, runId: plan.runId, startedAt: at, endedAt: null, owner: null, result: null },
  };
  const end = endOfEvaluation(schedule, interval, evaluationOf(state, metadata.headline), Date.parse(at));
  const [alert] = alertsOfEnd(schedule, interval, end, []);
  const message = alert!.message;
  expect(message.result?.filters).toEqual(sentences);
  for (const sentence of sentences) {
    for (const text of [alertLines(message).join('\n'), notificationOf(message)]) expect(text).toContain(sentence);
    expect(message.summary).toContain(sentence.slice(0, -1));
  }
});
