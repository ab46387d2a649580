import { describe, expect, it } from 'vitest';
import { Emitter } from '../base/emitter.ts';
import type { LogEntry } from '../base/logger.ts';
import type { NumberedRunEvent } from '../model/run.ts';
import { RunLogs } from './run-logs.ts';

function start() {
  const entries = new Emitter<LogEntry>();
  const events = new Emitter<NumberedRunEvent>();
  const logs = new RunLogs({ entries });
  logs.follow(events);
  const log = (at: number, run = 'one'): void => {
    entries.emit({ at, level: 'info', message: `line ${String(at)}`, fields: { run } });
  };
  const begin = (runId: string): void => {
    events.emit({ runId, seq: 1, event: { kind: 'run-started' } } as unknown as NumberedRunEvent);
  };
  const timesOf = (run = 'one'): readonly number[] => logs.of(run).entries.map(({ at }) => at);
  return { logs, log, begin, timesOf };
}

const line = (at: number): LogEntry => ({ at, level: 'info', message: `line ${String(at)}`, fields: { run: 'one' } });

describe('the log of a run', () => {
  it('has the lines that name it, and is whole where they were heard from its start', () => {
    const { logs, log, begin, timesOf } = start();
    begin('one');
    log(1);
    log(2, 'two');
    log(3);
    expect([timesOf(), logs.of('one').isFromStart, logs.of('two').isFromStart]).toEqual([[1, 3], true, false]);
    expect(logs.of('three')).toEqual({ entries: [], dropped: 0, isFromStart: false });
  });

  it('has each line once when its result is opened again, however often, by the program that ran it too', () => {
    const { logs, log, begin, timesOf } = start();
    begin('one');
    log(1);
    logs.restore('one', { entries: [line(1)], dropped: 0, isFromStart: true });
    expect(timesOf()).toEqual([1]);

    const other = start();
    other.log(5);
    const kept = { entries: [line(1), line(2)], dropped: 3, isFromStart: true };
    other.logs.restore('one', kept);
    other.log(6);
    // Kept again with what was heard since, and opened once more.
    other.logs.restore('one', { entries: [line(1), line(2), line(5), line(6)], dropped: 3, isFromStart: true });
    expect(other.timesOf()).toEqual([1, 2, 5, 6]);
    expect(other.logs.of('one')).toMatchObject({ dropped: 3, isFromStart: true });
  });

  it('keeps its last 5,000 lines and counts the others', () => {
    const { logs, log, begin, timesOf } = start();
    begin('one');
    for (let at = 1; at <= 5003; at++) log(at);
    expect([timesOf().length, timesOf()[0], logs.of('one').dropped]).toEqual([5000, 4, 3]);
  });
});
