/** The file of planned runs as checked values. */
import { dirname } from 'node:path';
import { longestDistance, type Occurrences, occurrencesOf } from '../model/cron.ts';
import { errorMessage } from '../base/error-text.ts';
import type { DatabaseConfig, DatabaseGroup, Settings } from '../model/database.ts';
import { type Instant, instantFromMs } from '../model/instant.ts';
import type { ConfiguredRule } from '../model/rule.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';
import { formatInZone } from '../model/zoned-time.ts';
import { expandPath } from './file-path.ts';
import { readAlerts } from './schedule-alerts.ts';
import { type RawSchedule, scheduleSchema, schedulesFileSchema } from './schedules-schema.ts';
import { usualZone } from './schema-parts.ts';
import { check, suggest } from './schema-problems.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** What schedules refer to. */
export interface ScheduleSurroundings {
  readonly settings: Settings;
  readonly databases: readonly DatabaseConfig[];
  readonly groups: readonly DatabaseGroup[];
  /** The rules that there are; none while the folder of rules has problems. */
  readonly rules: readonly Pick<ConfiguredRule, 'key' | 'timespanHours'>[];
  readonly homeDir: string;
  /** From when on the cron lines are looked at. */
  readonly nowMs: number;
}

/** A night on which clocks are set back makes one interval longer, by two hours at most; its window grows with it. */
const clocksSetBackHours = 2;

/** Reads the file. Every mistake is reported to `source`; with any, the value is of no use. */
export function readSchedules(source: YamlSource, around: ScheduleSurroundings): readonly ScheduleConfig[] {
  if (source.value === undefined || source.value === null) return [];
  const { rest } = check(source, [], source.value, schedulesFileSchema);
  const taken = new Map<string, number>();
  return (rest.schedules ?? []).flatMap((value, index) => {
    const path = ['schedules', index];
    const { rest: raw } = check(source, path, value, scheduleSchema);
    const name = raw.name?.toLowerCase();
    const earlier = name === undefined ? undefined : taken.get(name);
    if (name !== undefined) taken.set(name, earlier ?? index);
    if (earlier !== undefined) {
      const message = `There is a schedule of this name already, on line ${source.lineOf(['schedules', earlier, 'name'])}.`;
      source.report([...path, 'name'], message, 'Give it another name: the ledger knows a schedule by its name.');
    }
    return readSchedule(source, path, raw, around);
  });
}

function readSchedule(source: YamlSource, path: KeyPath, raw: Partial<RawSchedule>, around: ScheduleSurroundings): ScheduleConfig[] {
  const { settings } = around;
  const zone = usualZone(raw.zone ?? settings.zone);
  const rule = raw.rule ?? undefined;
  const ownRule = around.rules.find(({ key }) => key === rule);
  const windowHours = raw.window_hours ?? ownRule?.timespanHours ?? settings.windowHours;
  const alerts = readAlerts(source, [...path, 'alerts'], raw.alerts ?? [], settings.emailRecipients);
  const databases = readDatabases(source, [...path, 'databases'], raw.databases ?? undefined, around);
  readPartitions(source, [...path, 'partitions'], raw.partitions ?? {}, around);
  if (rule !== undefined && ownRule === undefined && around.rules.length > 0) {
    const known = around.rules.map(({ key }) => key);
    source.report([...path, 'rule'], `There is no rule ${rule}.`, suggest(rule, known));
  }
  if (raw.cron !== undefined) checkCron(source, [...path, 'cron'], raw.cron, { zone, windowHours, nowMs: around.nowMs });
  if (raw.name === undefined || raw.cron === undefined) return [];
  return [
    {
      name: raw.name,
      cron: raw.cron,
      zone,
      ...(rule === undefined ? {} : { rule }),
      windowHours,
      strict: raw.strict ?? false,
      ...(raw.case == null ? {} : { caseReference: raw.case.trim() }),
      ...(databases === undefined ? {} : { databases }),
      ...(raw.partitions == null ? {} : { partitions: raw.partitions }),
      lagMs: (raw.lag_minutes ?? 0) * 60_000,
      catchUp: { hours: raw.catch_up?.hours ?? 72, intervals: raw.catch_up?.intervals ?? 100 },
      overlap: raw.overlap ?? 'wait',
      retry: { times: raw.retry?.times ?? 3, afterMs: (raw.retry?.after_minutes ?? 15) * 60_000 },
      lateAfterMs: (raw.late_after_minutes ?? 30) * 60_000,
      alerts: alerts.map((alert) =>
        alert.channel.kind === 'command'
          ? { ...alert, channel: { ...alert.channel, command: commandOf(source, alert.channel.command, around.homeDir) } }
          : alert,
      ),
    },
  ];
}

/** A program with a slash in it is a path; one without is looked for by the system. */
function commandOf(source: YamlSource, [program = '', ...rest]: readonly string[], homeDir: string): readonly string[] {
  return [/[\\/]/.test(program) ? expandPath(program, dirname(source.file), homeDir) : program, ...rest];
}

function readDatabases(
  source: YamlSource,
  path: KeyPath,
  names: readonly (string | undefined)[] | undefined,
  { databases }: ScheduleSurroundings,
): readonly string[] | undefined {
  const known = databases.map(({ name }) => name);
  names?.forEach((name, index) => {
    if (name === undefined || known.includes(name)) return;
    source.report([...path, index], `There is no database ${name}.`, known.length === 0 ? 'Correct it.' : suggest(name, known));
  });
  return names?.filter((name) => name !== undefined);
}

/** A slip in a value would quietly leave a database out. */
function readPartitions(
  source: YamlSource,
  path: KeyPath,
  raw: Readonly<Record<string, readonly string[] | undefined>>,
  { databases, groups }: ScheduleSurroundings,
): void {
  const keys = [...new Set(groups.flatMap((group) => group.partitionBy ?? []))];
  for (const [key, values] of Object.entries(raw)) {
    if (!keys.includes(key)) {
      const action = keys.length === 0 ? 'Take it out.' : suggest(key, keys);
      source.reportKey([...path, key], `No group is partitioned by ${key}.`, action);
      continue;
    }
    const members = new Set(groups.filter((group) => group.partitionBy === key).flatMap((group) => group.members));
    const holders = databases.filter(({ name }) => members.has(name));
    const known = [...new Set(holders.flatMap((database) => database.partitions[key] ?? []))];
    if (holders.some((database) => database.partitions[key] === undefined)) continue;
    values?.forEach((value, index) => {
      if (!known.includes(value)) source.report([...path, key, index], `No database holds ${key} ${value}.`, suggest(value, known));
    });
  }
}

function checkCron(
  source: YamlSource,
  path: KeyPath,
  cron: string,
  { zone, windowHours, nowMs }: { readonly zone: string; readonly windowHours: number; readonly nowMs: number },
): void {
  let occurrences: Occurrences;
  try {
    occurrences = occurrencesOf(cron, zone);
  } catch (error) {
    const why = errorMessage(error).replace(/^Cron\w*: /, '');
    const example = 'Write five fields (minute hour day month weekday), such as 0 * * * * for every hour or 30 6 * * 1-5 for working days.';
    source.report(path, `The cron line is not understood: ${why.replace(/\.$/, '')}.`, example);
    return;
  }
  const now: Instant = instantFromMs(nowMs);
  if (occurrences.after(now) === undefined) {
    source.report(path, 'The cron line never holds.', 'Write days that there are.');
    return;
  }
  const longest = longestDistance(occurrences, now);
  if (longest === undefined || longest.hours <= windowHours + clocksSetBackHours) return;
  const span = `${formatInZone(longest.from, zone).slice(0, 16)} to ${formatInZone(longest.to, zone).slice(0, 16)}`;
  const message = `Up to ${hoursOf(longest.hours)} h lie between two runs (${span}), but each looks at ${hoursOf(windowHours)} h only: what happens between is never looked at.`;
  source.report(path, message, `Run it more often, or write window_hours: ${String(Math.ceil(longest.hours))}.`);
}

function hoursOf(hours: number): string {
  return String(Math.round(hours * 100) / 100);
}
