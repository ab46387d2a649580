import type { AlertRecord, IntervalState } from '../../../app/model/schedule.ts';
import type { AlertReason } from '../../../app/model/schedule-config.ts';
import { formatCount } from '../../model/numbers.ts';
import { plural } from './plural.ts';

const states: Readonly<Record<IntervalState, string>> = {
  pending: 'pending',
  running: 'running',
  done: 'done',
  incomplete: 'incomplete',
  failed: 'failed',
  missed: 'missed',
};

const reasons: Readonly<Record<AlertReason, string>> = {
  findings: 'findings',
  failure: 'no result',
  partial: 'sources missing',
  late: 'late',
  not_run: 'not evaluated',
  recovered: 'evaluated after all',
};

const alertStates: Readonly<Record<AlertRecord['state'], string>> = {
  waiting: 'waits to be sent',
  sending: 'is being sent',
  sent: 'sent',
  failed: 'not sent',
  joined: 'told with another one',
};

/** The page of planned runs. */
export const scheduleTexts = {
  title: 'Schedules',
  file: (file: string) => `From ${file}`,
  states,
  none: '—',
  times: (zone: string) => `Times in ${zone}`,
  count: (count: number) => plural(count, 'interval'),
  notEvaluating: 'This program does not run schedules; cam schedule or another window does.',
  counts: {
    label: 'Intervals by state',
    of: (state: IntervalState, count: number) => `${formatCount(count)} ${states[state]}`,
    nothing: 'no interval yet',
  },
  card: {
    label: (name: string) => `Schedule ${name}`,
    cron: (cron: string, zone: string) => `${cron} in ${zone}`,
    next: 'Next run',
    paused: (by: string) => `Paused by ${by}`,
    never: 'never again',
    newest: 'Newest interval',
    nothingYet: 'none yet',
    window: 'Window',
    hours: (hours: number) => `${String(Math.round(hours * 10) / 10)} h`,
    strict: 'strict',
    surely: 'Surely seen',
    surelyHours: (hours: number) => (hours === 0 ? 'none for sure' : `up to ${String(Math.round(hours * 10) / 10)} h`),
    surelyHint: (hours: number) =>
      `An attack whose changes lie at most ${String(Math.round(hours * 10) / 10)} h apart is in the window of some run as a whole. A wider one can fall between two runs: run it more often, or look at a longer window.`,
    alerts: 'Alerts',
    noAlerts: 'nobody is told',
    runNow: 'Run now',
    runNowHint: 'A run with these settings up to now. It is no interval of the ledger.',
    pause: 'Pause',
    resume: 'Resume',
    catchUp: (count: number) => `Catch up ${plural(count, 'interval')}`,
    catchUpHint: 'Evaluates what is missed, incomplete or failed, the oldest first.',
  },
  filters: { label: 'Which intervals', state: 'State', anyState: 'Any state', schedule: 'Schedule', anySchedule: 'All schedules' },
  ledger: {
    label: 'Ledger of intervals',
    columns: {
      schedule: 'Schedule',
      interval: 'Interval',
      state: 'State',
      confirmed: 'Confirmed',
      missing: 'Missing',
      tries: 'Tries',
      ended: 'Ended',
      why: 'Why',
    },
    atLeast: (count: number) => `${formatCount(count)}+`,
    everything: 'everything',
    nothing: 'nothing',
    notYet: 'not answered yet',
    notEvaluated: 'not evaluated yet',
    empty: {
      title: 'No interval has ended yet',
      text: 'Each moment at which a cron line holds ends an interval; it is listed here from then on, whatever becomes of it.',
    },
    filtered: { title: 'No such interval', text: 'No interval of this schedule is in this state.' },
  },
  interval: {
    label: 'Interval',
    schedule: 'Schedule',
    case: 'Case',
    from: 'From',
    to: 'To (last event T)',
    state: 'State',
    why: 'Why',
    verdict: 'Verdict',
    nothingKnown: 'Nothing is known about this interval: no source has answered.',
    notKnownYet: 'Not known yet: it has not been evaluated.',
    window: 'Window',
    coverage: 'Coverage',
    of: (answered: number, expected: number) => `${formatCount(answered)} of ${formatCount(expected)} sources`,
    missing: 'Missing sources',
    allAnswered: 'Every source answered.',
    tries: 'Tries',
    next: 'Asked again',
    owner: 'Evaluated by',
    askedBy: 'Asked for by',
    run: 'Run',
    open: 'Open the run',
    retry: 'Evaluate again',
    retryMissing: 'Complete it',
    alerts: 'Alerts',
    noAlerts: 'No alert about it.',
    alert: (reason: AlertReason, channel: string, state: AlertRecord['state']) => `${reasons[reason]} · ${channel}: ${alertStates[state]}`,
  },
  empty: {
    title: 'No run is planned',
    text: (file: string) =>
      `Write a schedule into ${file}, in place of the line schedules: [], and reload the configuration. It is then run by every open window and by cam schedule, each interval once, and each is listed here.`,
    copy: 'Copy this example',
    reload: 'Reload the configuration',
    example: (zone: string) => `schedules:
  - name: hourly
    cron: 0 * * * *
    zone: ${zone}
    window_hours: 24
    lag_minutes: 10
    alerts:
      - desktop: true
`,
  },
};
