/** What the filters of a rule hid is said wherever a run is told about: who reads "nobody" must know that somebody was left out. */
import { expect, it } from 'vitest';
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
import { reportMetadata } from './metadata.ts';

const at = '2026-11-20T14:05:00.000000Z';
const sentences = ['The filter “robots” hid 3 events.', 'The filter “old” ended on 2026-01-31 and hides nothing any more.'];

const plain = samplePlan(1);
const filters = [
  { key: 'robots', title: 'robots' },
  { key: 'old', title: 'old', expires: '2026-01-31' },
];
const plan = { ...plain, rule: { ...plain.rule, filters } };
const [source = ''] = plan.sources.map(({ id }) => id);
const told = { skipped: 0, suppressed: [{ filter: 'robots', events: 3 }], expired: [{ filter: 'old', expires: '2026-01-31' }] };
const figures = { confirmed: 1, undetermined: 0, clientsInWindow: 1, eventsInWindow: 1, rows: 4, durationMs: 1 };
const events: readonly RunEvent[] = [
  { kind: 'source-ended', at, source, outcome: { kind: 'completed', rows: 4, bytes: 100, nullIds: 0, nullTimes: 0 } },
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
