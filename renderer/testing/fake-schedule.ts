/** The planned runs of the fake core. */
import type { CheckedInput, MethodOutput } from '../../app/contract/methods.ts';
import type { ScheduleMethodName } from '../../app/contract/schedule-methods.ts';
import { instantFromMs } from '../../app/model/instant.ts';
import { intervalStates, type LedgerInterval, type SchedulesView, type ScheduleView } from '../../app/model/schedule.ts';

type Handlers = { readonly [K in ScheduleMethodName]: (input: CheckedInput<K>) => MethodOutput<K> };

const hourMs = 3_600_000;

/** What a schedule has found, from the newest interval to the oldest. */
export type FakeInterval = Partial<Omit<LedgerInterval, 'schedule' | 'from' | 'to'>> & Pick<LedgerInterval, 'state'>;

/** Planned runs that a test or the gallery fills. */
export class FakeSchedules {
  readonly #now: () => number;
  readonly #changed: () => void;
  #view: SchedulesView = { file: '/home/x/config/schedules.yaml', schedules: [], isEvaluating: true };
  #intervals: readonly LedgerInterval[] = [];
  /** What was asked for, in order. */
  readonly asked: string[] = [];

  constructor(now: () => number, changed: () => void) {
    this.#now = now;
    this.#changed = changed;
  }

  /** Takes a schedule and its intervals, one an hour up to the last full hour. */
  add(name: string, intervals: readonly FakeInterval[], change: Partial<ScheduleView> = {}): void {
    const end = Math.floor(this.#now() / hourMs) * hourMs;
    const added = intervals.map((interval, index): LedgerInterval => ({
      schedule: name,
      from: instantFromMs(end - (index + 1) * hourMs),
      to: instantFromMs(end - index * hourMs),
      dueAt: instantFromMs(end - index * hourMs + 600_000),
      reason: null,
      attempts: interval.state === 'pending' || interval.state === 'missed' ? 0 : 1,
      nextTryAt: null,
      requestedBy: null,
      runId: null,
      startedAt: null,
      endedAt: isEnded(interval.state) ? instantFromMs(end - index * hourMs + 660_000) : null,
      owner: null,
      result: null,
      ...interval,
    }));
    this.#intervals = [...this.#intervals, ...added].sort((a, b) => (a.to > b.to ? -1 : 1));
    this.#view = { ...this.#view, schedules: [...this.#view.schedules, this.#viewOf(name, added, end, change)] };
  }

  /** Changes what is told of all schedules. */
  tell(change: Partial<SchedulesView>): void {
    this.#view = { ...this.#view, ...change };
    this.#changed();
  }

  /** Answers the rows of the contract about planned runs. */
  handlers(): Handlers {
    return {
      'schedule.list': () => this.#view,
      'schedule.ledger': ({ schedule, state, limit, offset }) => {
        const all = this.#intervals.filter(
          (interval) => (schedule === undefined || interval.schedule === schedule) && (state === undefined || interval.state === state),
        );
        return { intervals: all.slice(offset, offset + limit), total: all.length, limit, offset };
      },
      'schedule.alerts': () => [],
      'schedule.runNow': ({ schedule }) => {
        this.asked.push(`run ${schedule}`);
        return { runId: 'run-1' };
      },
      'schedule.pause': ({ schedule }) => this.#pause(schedule, 'AB12345'),
      'schedule.resume': ({ schedule }) => this.#pause(schedule, null),
      'schedule.retry': ({ schedule, to }) => {
        this.asked.push(`retry ${schedule}${to === undefined ? '' : ` ${to}`}`);
        this.#intervals = this.#intervals.map((interval) =>
          interval.schedule === schedule && (to === undefined || interval.to === to) && isTrouble(interval)
            ? { ...interval, state: 'pending', reason: 'AB12345 asked for it.' }
            : interval,
        );
        this.#changed();
        return { intervals: 1 };
      },
    };
  }

  #pause(schedule: string, by: string | null): null {
    this.asked.push(`${by === null ? 'resume' : 'pause'} ${schedule}`);
    this.#view = {
      ...this.#view,
      schedules: this.#view.schedules.map((view) =>
        view.schedule.name === schedule ? { ...view, pausedBy: by, pausedAt: by === null ? null : instantFromMs(this.#now()) } : view,
      ),
    };
    this.#changed();
    return null;
  }

  #viewOf(name: string, intervals: readonly LedgerInterval[], end: number, change: Partial<ScheduleView>): ScheduleView {
    const counts = Object.fromEntries(
      intervalStates.map((state) => [state, intervals.filter((interval) => interval.state === state).length]),
    ) as ScheduleView['counts'];
    return {
      schedule: {
        name,
        cron: '0 * * * *',
        zone: 'Europe/Zurich',
        windowHours: 24,
        strict: false,
        lagMs: 600_000,
        catchUp: { hours: 72, intervals: 100 },
        overlap: 'wait',
        retry: { times: 3, afterMs: 900_000 },
        lateAfterMs: 1_800_000,
        alerts: [],
      },
      nextTo: instantFromMs(end + hourMs),
      nextDueAt: instantFromMs(end + hourMs + 600_000),
      pausedBy: null,
      pausedAt: null,
      counts,
      last: intervals[0] ?? null,
      surelySeenHours: 23,
      ...change,
    };
  }
}

function isEnded(state: LedgerInterval['state']): boolean {
  return state !== 'pending' && state !== 'running';
}

function isTrouble({ state }: LedgerInterval): boolean {
  return state === 'missed' || state === 'incomplete' || state === 'failed';
}
