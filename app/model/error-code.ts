/**
 * The one table of everything that can go wrong, for the whole program.
 *
 * A code is stable: the window, the history and scripts act on it and never on message text. Where a failure comes from
 * a database, the vendor's own code (`ORA-12638`) stands beside it in {@link Failure.vendorCode}.
 */

/** Whether trying again can help. `once`: one more try, no more. Authentication errors are `never`: three tries lock an account. */
export type RetryClass = 'retry' | 'once' | 'never';

interface ErrorKind {
  readonly retry: RetryClass;
  /** What the analyst is told when nothing more exact is known: one sentence. */
  readonly message: string;
  /** The next step: one sentence. */
  readonly action: string;
}

function kind(retry: RetryClass, message: string, action: string): ErrorKind {
  return { retry, message, action };
}

/** Everything that can go wrong, by its code. */
export const errorKinds = {
  'config.invalid': kind('never', 'The configuration has mistakes.', 'Correct the listed lines and reload the configuration.'),
  'config.unreadable': kind('never', 'The configuration file cannot be read.', 'Check that the file exists and that you may read it.'),
  'sql.missing-file': kind('never', 'The SQL file is not there.', 'Correct query_location in databases.yaml or put the file back.'),
  'sql.not-read-only': kind('never', 'The statement is not a single SELECT.', 'Reduce the SQL file to one SELECT or WITH statement.'),
  'sql.binds': kind(
    'never',
    'A bind variable of the statement has no value.',
    'Give the bind a value in databases.yaml or take it out of the SQL file.',
  ),
  'sql.columns': kind(
    'never',
    'The id column or the time column of the result cannot be told.',
    'Set user_column and time_column for this query in databases.yaml.',
  ),
  'sql.invalid': kind('never', 'The database does not accept the statement.', 'Correct the SQL file at the place shown.'),
  'sql.denied': kind(
    'never',
    'The account may not read a table of the statement, or the table is not there.',
    'Check table names and default_schema, or ask the DBA for SELECT.',
  ),
  'db.auth': kind(
    'never',
    'The database refused the logon.',
    'Check account and password or ticket; it is not tried again so that the account is not locked.',
  ),
  'db.account-locked': kind('never', 'The database account is locked or its password has expired.', 'Ask the DBA to unlock the account.'),
  'db.unreachable': kind('retry', 'The database cannot be reached.', 'Check host, port, network and VPN.'),
  'db.unknown-service': kind('never', 'The listener does not know the service.', 'Correct service_name in databases.yaml.'),
  'db.unknown-host': kind('never', 'The host name cannot be resolved.', 'Correct host in databases.yaml or check the VPN.'),
  'db.connection-lost': kind(
    'retry',
    'The connection broke while the query ran.',
    'Run the missing sources again; if it repeats, tell the DBA the time.',
  ),
  'db.session-killed': kind('once', 'The database ended the session.', 'Ask the DBA who ended it and why.'),
  'db.snapshot-too-old': kind(
    'once',
    'The database could not keep a consistent view for that long.',
    'Run the source again at a quieter time or ask the DBA for more undo.',
  ),
  'db.busy': kind(
    'retry',
    'The database has no room for another session or statement now.',
    'Wait a moment and run the missing sources again.',
  ),
  'db.replica-behind': kind(
    'never',
    'The standby that answered is behind: changes after its last update are not in its answer.',
    'Run the missing sources again when the standby has caught up or the primary is back.',
  ),
  'db.client-missing': kind(
    'never',
    'The database client library cannot be loaded.',
    'Install the Oracle Instant Client and set instant_client_dir in the settings.',
  ),
  'db.configuration': kind(
    'never',
    'Client and server do not agree on how to connect.',
    "Compare the client settings with the server's: ask the DBA.",
  ),
  'db.error': kind('never', 'The database reported an error.', "Look at the full text; ask the DBA with the vendor's code."),
  'kerberos.missing': kind('never', 'There is no Kerberos ticket.', 'Run kinit, then try again.'),
  'kerberos.expired': kind('never', 'The Kerberos ticket has expired.', 'Run kinit, then try again.'),
  'kerberos.not-yet-valid': kind('never', 'The Kerberos ticket is not valid yet.', "Check this machine's clock, then run kinit."),
  'kerberos.wrong-principal': kind('never', 'The Kerberos ticket belongs to somebody else.', 'Run kinit as the configured principal.'),
  'kerberos.unsupported-cache': kind(
    'never',
    'The Kerberos ticket cache is not a file.',
    'Run kinit -c FILE:<path> and set krb5_cache to that path.',
  ),
  'kerberos.unreadable': kind('never', 'The Kerberos ticket cache cannot be read.', 'Run kdestroy and kinit to write it anew.'),
  'query.timeout': kind(
    'retry',
    'The query took longer than its time limit.',
    'Run it again at a quieter time or raise timeout_ms for it.',
  ),
  'query.cancelled': kind('never', 'The query was cancelled.', 'Run the missing sources again when you want them.'),
  'rate.limited': kind('never', 'The database refused because of too many requests.', 'Wait a minute, then run the missing sources.'),
  'breaker.open': kind(
    'never',
    'The database failed too often and is left alone for now.',
    'Wait until it is probed again or close the breaker by hand.',
  ),
  'budget.exceeded': kind('never', 'The query reached its budget.', 'Raise the budget or narrow the query.'),
  'worker.crashed': kind(
    'once',
    'The worker process of the database ended unexpectedly.',
    'Run the missing sources again; send the log if it repeats.',
  ),
  'worker.unresponsive': kind(
    'once',
    'The worker process of the database did not answer and was ended.',
    'Run the missing sources again; send the log if it repeats.',
  ),
  'engine.crashed': kind(
    'once',
    'The process that merges the results ended unexpectedly.',
    'Evaluate the run again; send the log if it repeats.',
  ),
  'engine.error': kind('never', 'The results could not be merged.', 'Send the log with the details to whoever maintains this program.'),
  'spool.value': kind('never', 'A value of the result cannot be kept without loss.', 'Cast the column to text in the SQL file.'),
  'disk.full': kind(
    'never',
    'There is no room left on the disk for the rows.',
    'Free some space or set another spool_dir, then run the missing sources.',
  ),
  'disk.error': kind('never', 'The rows could not be written to the disk.', 'Check spool_dir in the settings and the rights on it.'),
  'run.incomplete': kind(
    'never',
    'A strict run needs an answer of every source.',
    'Complete this run, or run it without strict to see the part that is known.',
  ),
  'run.not-evaluated': kind(
    'never',
    'The rule was not evaluated to its end.',
    'Evaluate it again while the answers are kept. Where that takes too long, run it over fewer days.',
  ),
  'parent.failed': kind('never', 'A query that this one depends on has no result.', 'Mend the query named, then run the missing sources.'),
  'export.failed': kind('never', 'The file could not be written.', 'Choose another folder or close the program that holds the file open.'),
  'export.cancelled': kind('never', 'The export was cancelled; no file was left.', 'Export again when you want it.'),
  'result.damaged': kind(
    'never',
    'The kept result is damaged.',
    'It is not shown, for it might say less than was found. Run it again with the same parameters.',
  ),
  'history.unavailable': kind(
    'retry',
    'The history cannot be reached.',
    'Check the file or the server that the settings name for the history.',
  ),
  'request.invalid': kind('never', 'The request is not understood.', 'Correct the field named.'),
  'request.forbidden': kind('never', 'The caller may not do this.', 'Open the window anew from the address that was printed.'),
  'not.found': kind('never', 'It is not there any more.', 'Choose another one.'),
  internal: kind('never', 'The program made a mistake.', 'Send the log to whoever maintains this program.'),
} as const satisfies Record<string, ErrorKind>;

/** A stable code of the program's own. */
export type ErrorCode = keyof typeof errorKinds;

/** All codes, for validation. */
export const errorCodes = Object.keys(errorKinds) as readonly ErrorCode[];
