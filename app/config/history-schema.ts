/** The form of the settings' sections about what is kept: the history, and results of runs. */
import * as z from 'zod';
import { executionStatuses } from '../model/execution-status.ts';
import { line, optional, path } from './schema-parts.ts';

const days = z.number().positive().max(36_600);

/** The section `history`. */
export const historySection = optional(
  z.strictObject({
    url: optional(
      line(2048).refine(isStoreUrl, { error: 'Write postgres://user@host:port/database, without a password.' }),
      "A team's PostgreSQL database, postgres://user@host:5432/database, without a password (default: a file in the directory)",
    ),
    password_env: optional(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'Write the name of an environment variable, such as CAM_HISTORY_PASSWORD.' }),
      'Environment variable with the password for the url',
    ),
    directory: optional(path, 'Folder of the journal, and of the file where there is no url'),
    retention: optional(
      z.strictObject({
        execution_days: optional(
          z.partialRecord(z.enum(executionStatuses), days),
          'Executions that ended so are deleted after so many days; those with another end are kept',
        ),
        run_days: optional(days, 'Runs without executions any more are deleted after so many days'),
      }),
      'For how long records are kept (default: for ever); nothing is deleted while an audit hold is set',
    ),
  }),
  'The history of executions: who ran what, when, and how it ended',
);

/** The section `results`. */
export const resultsSection = optional(
  z.strictObject({
    directory: optional(path, 'Folder of the kept results'),
    keep_runs: optional(z.int().min(0).max(100_000), 'At most so many results are kept (default 20; 0: none)'),
    keep_days: optional(z.number().positive().max(36_600), 'A result is kept for so many days (default 30)'),
    keep_gb: optional(z.number().positive().max(1_000_000), 'All results together take at most so many gigabytes (default 20)'),
  }),
  'Results of runs that are kept, so that they can be opened again',
);

/** An address of PostgreSQL that holds no password: neither before the host nor among the parameters. */
function isStoreUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) return false;
  const hasDatabase = url.hostname !== '' && url.pathname.length > 1;
  return hasDatabase && url.password === '' && !url.searchParams.has('password');
}
