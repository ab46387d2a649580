/** The form of the file of planned runs: the source of both the checks and the JSON schema for editors. */
import * as z from 'zod';
import { longestCase, oneLine } from '../model/case-reference.ts';
import { alertReasons } from '../model/schedule-config.ts';
import { line, optional, zone } from './schema-parts.ts';

const minutes = z.number().min(0).max(10_080);
const seconds = z.number().min(1).max(600);

const webhook = z.strictObject({
  url: line(2048).meta({ description: 'An https address, or http on this machine' }),
  header: optional(
    line(100).regex(/^[A-Za-z0-9-]+$/, { error: 'Write the name of a header, such as Authorization.' }),
    'Name of a header that proves who sends, such as Authorization',
  ),
  value_env: optional(
    line(128).regex(/^[A-Za-z_]\w*$/, { error: 'Write the name of an environment variable; the value itself never stands here.' }),
    "Environment variable that holds the header's value",
  ),
  timeout_seconds: optional(seconds, 'Limit of one try in seconds (default 10)'),
  retries: optional(z.int().min(0).max(10), 'Further tries (default 2)'),
});

/** An alert; exactly one of the four channels stands in it. */
export const alertSchema = z.strictObject({
  on: optional(z.array(z.enum(alertReasons)).min(1), 'When it is sent (default: always)'),
  desktop: optional(z.literal(true, { error: 'Write true, or take the key out.' }), 'A notification on the desktop of an open window'),
  command: optional(z.array(line(4096)).min(1).max(100), 'A program and its arguments; it gets the alert as JSON on standard input'),
  timeout_seconds: optional(seconds, 'Limit of the command in seconds (default 30)'),
  webhook: optional(webhook, 'An address to which the alert is posted as JSON'),
  email: optional(
    z.strictObject({ to: optional(z.array(z.string()).min(1), "Recipients (default: the settings')") }),
    'A mail draft (.eml) in the report folder',
  ),
});

/** A schedule. */
export const scheduleSchema = z.strictObject({
  name: line(100).meta({ description: 'Its name; the ledger knows it by this, so keep it' }),
  cron: line(200).meta({ description: 'Minute, hour, day of month, month, day of week, such as 0 * * * * for every hour' }),
  zone: optional(zone, "IANA zone in which the cron line is read (default: the settings')"),
  rule: optional(line(256), "The rule that is evaluated (default: the settings' default_rule)"),
  window_hours: optional(
    z.number().positive().max(8784),
    "Length of the window in hours (default: the rule's own timespan, or the settings')",
  ),
  strict: optional(z.boolean(), 'Whether an interval with a missing source has no result at all (default false)'),
  case: optional(
    line(longestCase).regex(oneLine, { error: 'Write it in one line.' }),
    'The case that its runs are done for; it stands in reports and in the history',
  ),
  databases: optional(z.array(line(200)).min(1), 'Only these databases (default: all)'),
  partitions: optional(z.record(z.string(), z.array(line(200)).min(1)), 'Only this part of partitioned groups (default: all of it)'),
  lag_minutes: optional(minutes, 'How long after its end an interval is evaluated, so that late rows are in (default 0)'),
  catch_up: optional(
    z.strictObject({
      hours: optional(z.number().positive().max(8784), 'Intervals that ended longer ago are missed (default 72)'),
      intervals: optional(z.int().min(0).max(10_000), 'So many besides the newest are caught up (default 100)'),
    }),
    'What is done after the program or the machine slept',
  ),
  overlap: optional(z.enum(['wait', 'skip']), 'An interval that is due while the one before still runs waits, or is missed (default wait)'),
  retry: optional(
    z.strictObject({
      times: optional(z.int().min(0).max(100), 'How often missing sources are asked again (default 3)'),
      after_minutes: optional(minutes, 'How long after the last try (default 15)'),
    }),
    'What is done when sources are missing',
  ),
  late_after_minutes: optional(minutes, 'Begun later than this after it was due, an interval is late (default 30)'),
  alerts: optional(z.array(z.unknown()).max(50), 'Who is told'),
});

/** The file as a whole; schedules and alerts are looked at one by one, so that a mistake in one does not hide another. */
export const schedulesFileSchema = z.strictObject({ schedules: optional(z.array(z.unknown()).max(500), 'The planned runs') });

/** The same for editors, which look at everything at once. */
export const schedulesEditorSchema = z
  .strictObject({
    schedules: optional(
      z.array(scheduleSchema.extend({ alerts: optional(z.array(alertSchema).max(50), 'Who is told') })).max(500),
      'The planned runs',
    ),
  })
  .meta({ title: 'Planned runs of the Client Activity Monitor' });

/** A schedule as its schema gives it. */
export type RawSchedule = z.output<typeof scheduleSchema>;
/** An alert as its schema gives it. */
export type RawAlert = z.output<typeof alertSchema>;
