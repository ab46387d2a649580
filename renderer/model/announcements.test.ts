import { describe, expect, it } from 'vitest';
import { configOf, oracleDatabases, planOf } from '../testing/fake-plan.ts';
import { FakeRun } from '../testing/fake-run.ts';
import { announcementsBetween } from './announcements.ts';

const input = { lastEvent: '2026-11-20T13:00:00.000000Z', windowHours: 24, strict: false, nowMs: 0 };
const newRun = (): FakeRun => new FakeRun(planOf('run-1', configOf(oracleDatabases, false), input), 0, () => undefined);

describe('announcementsBetween', () => {
  it('says that a run has started, that sources ended and how the run ended, but no figures', () => {
    const run = newRun();
    expect(announcementsBetween(null, run.state)).toEqual([{ kind: 'run-started', sources: 4 }]);
    const before = run.state;
    run.running(run.id(0), 500, 20);
    expect(announcementsBetween(before, run.state)).toEqual([]);
    run.complete(run.id(0), 1_000);
    run.cancel(undefined);
    run.finish();
    expect(announcementsBetween(before, run.state).map((said) => said.kind)).toEqual([
      'source-ended',
      'source-ended',
      'source-ended',
      'source-ended',
      'run-ended',
    ]);
  });

  it('says that a cancel is on its way', () => {
    const run = newRun();
    const before = run.state;
    run.emit({ kind: 'cancel-requested', by: 'AB12345' });
    expect(announcementsBetween(before, run.state)).toEqual([{ kind: 'cancelling' }]);
  });

  it('does not announce an old run that is looked at again', () => {
    const run = newRun();
    run.cancel(undefined);
    run.finish();
    expect(announcementsBetween(null, run.state)).toEqual([]);
  });
});
