/** The log lines of each run, apart from those of the rest of the program, so that they last as long as the run's result. */
import type { Emitter } from '../base/emitter.ts';
import type { LogEntry } from '../base/logger.ts';
import type { NumberedRunEvent } from '../model/run.ts';
import type { RunLog } from '../model/run-log.ts';
import type { LogService } from './log-service.ts';

/** Runs whose lines are in memory; a result that is kept has its own with it. */
const keptRuns = 20;
/** Lines of one run; the oldest are dropped, and counted. */
const keptLines = 5000;

interface Lines {
  readonly entries: LogEntry[];
  dropped: number;
  isFromStart: boolean;
  /** Nothing of it is only in the kept result: heard from its start, or put before what was heard since. */
  isRestored: boolean;
}

const nothing: RunLog = { entries: [], dropped: 0, isFromStart: false };

/** Gathers the lines that name a run. */
export class RunLogs {
  /** The run that was heard of last is the last. */
  readonly #runs = new Map<string, Lines>();

  constructor(log: Pick<LogService, 'entries'>) {
    log.entries.on((entry) => {
      const { run } = entry.fields;
      if (typeof run === 'string') this.#add(run, entry);
    });
  }

  /** The lines so far, oldest first; none of a run that nothing is known of. */
  of(runId: string): RunLog {
    const { entries, dropped, isFromStart } = this.#runs.get(runId) ?? nothing;
    return { entries: [...entries], dropped, isFromStart };
  }

  /** Puts the lines of a kept run before those that have been heard since. */
  restore(runId: string, kept: RunLog): void {
    const lines = this.#linesOf(runId);
    if (lines.isRestored) return;
    // The program that kept the result may be this one: what it still knows of it stands in both.
    const first = lines.entries[0];
    const earlier = first === undefined ? kept.entries : kept.entries.filter(({ at }) => at < first.at);
    lines.entries.unshift(...earlier);
    lines.dropped += kept.dropped + Math.max(0, lines.entries.length - keptLines);
    lines.entries.splice(0, Math.max(0, lines.entries.length - keptLines));
    lines.isFromStart = kept.isFromStart;
    lines.isRestored = true;
  }

  /** From now on it is known which runs it has heard from their start. */
  follow(events: Emitter<NumberedRunEvent>): void {
    events.on(({ runId, event }) => {
      if (event.kind !== 'run-started') return;
      const lines = this.#linesOf(runId);
      lines.isFromStart = true;
      lines.isRestored = true;
    });
  }

  #add(runId: string, entry: LogEntry): void {
    const lines = this.#linesOf(runId);
    lines.entries.push(entry);
    if (lines.entries.length <= keptLines) return;
    lines.entries.shift();
    lines.dropped += 1;
  }

  #linesOf(runId: string): Lines {
    const lines = this.#runs.get(runId) ?? { entries: [], dropped: 0, isFromStart: false, isRestored: false };
    this.#runs.delete(runId);
    this.#runs.set(runId, lines);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > keptRuns && oldest !== undefined) this.#runs.delete(oldest);
    return lines;
  }
}
