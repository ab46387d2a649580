import { describe, expect, it } from 'vitest';
import type { IntervalEnd } from '../model/ledger.ts';
import type { AlertRecord, IntervalResult, LedgerInterval } from '../model/schedule.ts';
import { sampleMessage, sampleResult, sampleSchedule, tellEverything } from '../testing/ledger-values.ts';
import { notificationOf } from './alert-sender.ts';
import { alertLines } from './alert-text.ts';
import { alertsOfEnd, alertsOfNeglect } from './alerts.ts';
import { mailText } from './write-mail.ts';

const at = '2026-11-20T14:05:00.000000Z';
const schedule = sampleSchedule({ caseReference: 'FRAUD-2026-17', alerts: [tellEverything] });

const interval: LedgerInterval = {
  schedule: 'hourly',
  from: '2026-11-20T13:00:00.000000Z',
  to: '2026-11-20T14:00:00.000000Z',
  dueAt: '2026-11-20T14:00:00.000000Z',
  state: 'pending',
  reason: null,
  attempts: 0,
  nextTryAt: null,
  requestedBy: null,
  runId: null,
  startedAt: null,
  endedAt: null,
  owner: null,
  result: null,
};

/** The message of the alert about a run that has found two clients. */
function foundBy(result: IntervalResult) {
  const end: IntervalEnd = { state: 'done', reason: null, nextTryAt: null, countsAsTry: true, endedAt: at, result };
  const [alert] = alertsOfEnd(schedule, interval, end, []);
  return alert!.message;
}

describe('an alert about a run that was done for a case', () => {
  const message = foundBy(sampleResult({ confirmed: 2, caseReference: 'FRAUD-2026-17' }));

  it('names the case in its sentence, in the mail, in the notification and in what programs and addresses get', () => {
    expect(message.summary).toMatch(/^Schedule hourly \(case FRAUD-2026-17\), .*: 2 clients are confirmed/);
    expect(alertLines(message)).toContain('Case: FRAUD-2026-17');
    const mail = mailText(['soc@example.com'], message, at);
    const body = Buffer.from(mail.slice(mail.indexOf('\r\n\r\n')), 'base64').toString('utf8');
    expect(body).toContain('Case: FRAUD-2026-17');
    expect(notificationOf(message)).toMatch(/^Schedule hourly \(case FRAUD-2026-17\): clients are confirmed/);
    expect(JSON.parse(JSON.stringify(message))).toMatchObject({ caseReference: 'FRAUD-2026-17' });
  });

  it('keeps the case of the run where the schedule is for another one by now', () => {
    expect(foundBy(sampleResult({ confirmed: 2, caseReference: 'FRAUD-2026-03' })).caseReference).toBe('FRAUD-2026-03');
    expect(foundBy(sampleResult({ confirmed: 2 })).summary).not.toContain('case');
  });

  it('names that of the schedule where there was no run', () => {
    const [late] = alertsOfNeglect(schedule, 'late', [interval], at);
    expect(late!.message.summary).toMatch(/^Schedule hourly \(case FRAUD-2026-17\)/);
  });
});

describe('an alert that an interval is done after all', () => {
  it('tells with the count the rows that could not take part, on every channel', () => {
    const result = sampleResult({ filters: ['12 rows without an id could not take part.'] });
    const end: IntervalEnd = { state: 'done', reason: null, nextTryAt: null, countsAsTry: true, endedAt: at, result };
    const late: AlertRecord = {
      alertId: 1,
      schedule: 'hourly',
      to: interval.to,
      reason: 'late',
      channel: tellEverything.id,
      state: 'sent',
      at,
      error: null,
    };
    const [{ message } = { message: sampleMessage() }] = alertsOfEnd(schedule, interval, end, [late]);
    expect(message.reasons).toEqual(['recovered']);
    expect(message.summary).toContain(
      ': evaluated after all, every source answered, 0 confirmed; 12 rows without an id could not take part.',
    );
    expect(alertLines(message).join('\n')).toContain('12 rows without an id could not take part.');
    expect(notificationOf(message)).toContain('12 rows without an id could not take part.');
  });
});
