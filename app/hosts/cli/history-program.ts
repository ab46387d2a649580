/** The commands of `cam history` and their options. */
import { type Command, Option } from 'commander';
import { executionStatuses } from '../../model/history.ts';
import type { HistoryAction, HistoryOptions } from './history-command.ts';
import { chainHead, wholeNumber } from './option-values.ts';

/** Runs a command with what commander made of the command line. */
export type RunHistory = (action: HistoryAction, options: HistoryOptions) => Promise<void>;

const exitCodeHelp = `
Exit codes of history: 0 done, 3 failed (verify: the trail is not intact), 4 bad configuration or command, 130 stopped with Ctrl+C (verify).`;

/** Adds them. `withFiles` adds the options that say where the program's files are. */
export function addHistory(program: Command, withFiles: (command: Command) => Command, run: RunHistory): void {
  const history = program
    .command('history')
    .description('who ran what, how it ended, and whether the records are intact')
    .addHelpText('after', exitCodeHelp);
  const add = (name: string, description: string): Command =>
    withFiles(history.command(name).description(description)).option('--json', 'print as JSON on standard output');
  add('list', 'runs, the newest first; executions with --executions, --status or --database-type')
    .option('--user <sid>', 'only those of this user')
    .option('--executions', 'executions instead of runs')
    .addOption(new Option('--status <status>', 'only executions that ended like this').choices(executionStatuses))
    .option('--database-type <type>', 'only executions on this kind of database, such as oracle')
    .option('--limit <n>', 'how many at most', wholeNumber(1, 1000), 20)
    .option('--offset <n>', 'how many to skip', wholeNumber(0), 0)
    .action((options: HistoryOptions) => run({ name: 'list' }, options));
  add('show <run>', 'one run with every execution and attempt, and what is missing').action((runId: string, options: HistoryOptions) =>
    run({ name: 'show', subject: runId }, options),
  );
  add('stats', 'counts, durations and rows')
    .option('--days <n>', 'the last n times 24 hours', wholeNumber(1, 3660), 30)
    .option('--user <sid>', 'only those of this user')
    .addOption(new Option('--by <what>', 'grouped by').choices(['user', 'database', 'databaseType', 'query']))
    .action((options: HistoryOptions) => run({ name: 'stats' }, options));
  add('errors', 'errors by code, the most frequent first')
    .option('--days <n>', 'the last n times 24 hours', wholeNumber(1, 3660), 30)
    .option('--user <sid>', 'only those of this user')
    .option('--limit <n>', 'how many at most', wholeNumber(1, 1000), 20)
    .action((options: HistoryOptions) => run({ name: 'errors' }, options));
  addAudit(add, run);
}

function addAudit(add: (name: string, description: string) => Command, run: RunHistory): void {
  add('verify', 'check the hash chain: was a record removed, changed, inserted or moved?')
    .option('--file <file>', 'check an exported trail (JSON Lines) instead of the store')
    .option('--head <seq:hash>', 'a head that was noted earlier and must be in the chain', chainHead)
    .action((options: HistoryOptions) => run({ name: 'verify' }, options));
  add('export', 'write the audit trail to a file')
    .requiredOption('--out <file>', 'the file to write')
    .addOption(new Option('--format <format>', 'format of the file').choices(['csv', 'jsonl']).default('jsonl'))
    .action((options: HistoryOptions) => run({ name: 'export' }, options));
  add('retain', 'delete what is older than the settings say')
    .option('--dry-run', 'only count')
    .action((options: HistoryOptions) => run({ name: 'retain' }, options));
  add('hold', 'set an audit hold: nothing is deleted until it is released; without --reason, list the holds')
    .option('--reason <text>', 'why')
    .action((options: HistoryOptions) => run({ name: 'hold' }, options));
  add('release <hold>', 'release an audit hold').action((holdId: string, options: HistoryOptions) =>
    run({ name: 'release', subject: holdId }, options),
  );
}
