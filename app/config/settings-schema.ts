/** The form of the settings file: the source of both the checks and the JSON schema for editors. */
import * as z from 'zod';
import { historySection, resultsSection } from './history-schema.ts';
import { budget, policySettings } from './policy-schema.ts';
import { line, milliseconds, optional, path, zone } from './schema-parts.ts';

/** The settings file. Every key may be left out or left empty. */
export const settingsSchema = z
  .strictObject({
    oracle_client: optional(
      z.strictObject({
        instant_client_dir: optional(path, 'Folder of the Oracle Instant Client; needed for Kerberos'),
        krb5_conf: optional(path, "Kerberos configuration (default: the system's)"),
        krb5_cache: optional(path, "Kerberos ticket cache (default: the system's)"),
        trace_level: optional(z.int().min(0).max(16), "Level of the Oracle client's trace, 0 to 16 (default 0: none)"),
        trace_directory: optional(path, "Folder of the Oracle client's trace files"),
      }),
      'The Oracle client library',
    ),
    app_settings: optional(
      z.strictObject({
        report_output_dir: optional(path, 'Folder of the reports'),
        log_dir: optional(path, 'Folder of the log files'),
        log_level: optional(z.enum(['debug', 'info', 'warn', 'error']), 'Lowest level that is logged (default info)'),
        email_recipients: optional(
          z.union([z.array(z.string()), z.string()], { error: 'Write a list of addresses, or addresses with commas between them.' }),
          'Recipients of the mail draft: a list, or one text with commas',
        ),
        zone: optional(zone, "IANA zone in which times are shown and typed (default: the machine's)"),
        default_database_zone: optional(zone, 'IANA zone of times without a zone, where a database names none (default UTC)'),
        window_hours: optional(z.number().positive().max(8784), "Window of the default rule in hours (default: the rule's own timespan)"),
        rules_dir: optional(path, 'Folder of the rule files (default: rules beside this file, else those that come with the program)'),
        default_rule: optional(line(256), 'Name of the rule that a run evaluates unless it is told another (default ato_all_four)'),
        placeholders: optional(
          z.record(
            line(100).regex(/^[^%\s]+$/, { error: 'Write the name without % and blanks.' }),
            z
              .array(z.union([z.string().max(4096), z.number()], { error: 'Write texts or numbers.' }))
              .min(1)
              .max(10_000),
          ),
          'Values that stand for %name% in rules whose fields have the modifier expand',
        ),
        lookback_days: optional(z.number().positive().max(3660), 'The queries read at least this many days back (default 30)'),
        spool_dir: optional(path, 'Folder in which rows lie while they are merged'),
      }),
      'The program',
    ),
    query: optional(
      z.strictObject({
        max_fanout: optional(z.int().min(1).max(256), 'Database processes at a time (default 16)'),
        max_concurrency: optional(z.int().min(1).max(64), 'Statements at a time on one database (default 4)'),
        timeout_ms: optional(milliseconds, 'Limit of one attempt of a query in milliseconds (default 300000)'),
        connect_timeout_ms: optional(milliseconds, 'Limit of a connection attempt in milliseconds (default 20000)'),
        scatter_timeout_ms: optional(
          z.union([milliseconds, z.literal('none')], { error: 'Write whole milliseconds up to 86400000, or none.' }),
          'Limit of a whole run in milliseconds (default none)',
        ),
        cancel_grace_ms: optional(
          z.int().min(0).max(600_000),
          'How long a cancelled statement may take to end before its process is ended, in milliseconds (default 2000)',
        ),
        ...policySettings,
      }),
      'Limits of the queries',
    ),
    budget: optional(
      z.strictObject({
        run: budget('Of a whole run (default: no limits)'),
        database: budget('Of each database in a run (default: no limits)'),
      }),
      'What a run may cost',
    ),
    history: historySection,
    results: resultsSection,
    user_settings: optional(
      z.strictObject({ sid: optional(line(64), "Your id in reports and in the history (default: the system's user)") }),
      'You',
    ),
  })
  .meta({ title: 'Settings of the Client Activity Monitor' });

/** The file as its schema gives it. */
export type RawSettings = z.output<typeof settingsSchema>;
