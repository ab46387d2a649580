/** The commands of `cam` and their options. */
import { Command, CommanderError, Option } from 'commander';
import { programVersion } from '../core.ts';
import { toFailure } from '../../model/failure.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { breakerCommand, type BreakerOptions } from './breaker-command.ts';
import { bundleCommand, type BundleOptions } from './bundle-command.ts';
import { checkCommand, type CheckOptions } from './check-command.ts';
import { evaluateCommand, type EvaluateOptions } from './evaluate-command.ts';
import { historyCommand } from './history-command.ts';
import { addHistory } from './history-program.ts';
import { nearCommand, type NearOptions } from './near-command.ts';
import { databaseNames, partition, positiveNumber, wholeNumber } from './option-values.ts';
import { planCommand, type PlanOptions } from './plan-command.ts';
import { rulesCommand, type RulesOptions, type RulesWork } from './rules-command.ts';
import { runCommand, type RunOptions } from './run-command.ts';
import { scheduleCommand, type ScheduleOptions } from './schedule-command.ts';
import { serveCommand, type ServeOptions } from './serve-command.ts';
import { statsCommand, type StatsOptions } from './stats-command.ts';
import type { Terminal } from './terminal.ts';
import { verifyCommand, type VerifyOptions } from './verify-command.ts';

const runHelp = `
Exit codes of run, hunt and evaluate: 0 complete, 1 a client is confirmed (with --fail-on-match), 2 incomplete, 3 failed,
4 bad configuration or command, 130 cancelled.`;

const programHelp = `
A command ends with 0 if it succeeded, 3 if it failed, and 4 for a bad configuration or command; where there is more to tell,
its own help lists the exit codes: cam run --help.`;

const scheduleHelp = `
Exit codes of schedule with --once or --list, by the newest interval of each schedule: 0 each is done, 2 one is incomplete,
missed, pending or running, 3 one has failed or the ledger cannot be reached, 4 bad configuration or no schedule, 130 cancelled.
Without them: 0 after Ctrl+C.`;

const outHelp = 'the file to write (default: a new one in the report folder)';
const partitionHelp = 'only this part of partitioned groups, such as region=eu,us (default: all; may be given for several keys)';

const databasesHelp = 'only these databases, such as audit,payments (default: all; may be given several times)';

/** Runs one command. Never rejects; `interrupted` is aborted by Ctrl+C. */
export async function runProgram(args: readonly string[], terminal: Terminal, interrupted: AbortSignal): Promise<ExitCode> {
  let code: ExitCode = exitCodes.complete;
  const end = (ended: ExitCode): void => {
    code = ended;
  };
  const program = new Command('cam')
    .description('Which clients meet a rule, such as password, e-mail, phone and token changed within 24 hours?')
    .version(programVersion)
    .addHelpText('after', programHelp)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  withResult(withRequest(program.command('run').description('run the analysis once and print the merged table')), 'confirmed clients')
    .option('--bundle <file>', 'write everything about the run into one signed file')
    .action(async (options: RunOptions) => {
      code = await runCommand(options, terminal, interrupted);
    });
  withRequest(program.command('plan').description('show what a run would do, without doing it'))
    .option('--json', 'print the plan as JSON on standard output')
    .addHelpText('after', '\nExit codes of plan: 0 everything is planned, 2 something would be left out, 4 bad configuration or command.')
    .action(async (options: PlanOptions) => {
      code = await planCommand(options, terminal);
    });
  withFiles(program.command('check').description('log on to every database and describe every query, without running any'))
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', '\nExit codes of check: 0 every query can be run, 3 one cannot, 4 bad configuration or command.')
    .action(async (options: CheckOptions) => {
      code = await checkCommand(options, terminal);
    });
  addHunt(program, async (options) => end(await runCommand(options, terminal, interrupted)));
  addRules(program, async (work, options) => {
    code = await rulesCommand(work, options, terminal);
  });
  addEvaluate(program, async (runId, options) => end(await evaluateCommand(runId, options, terminal, interrupted)));
  addBundles(program, terminal, end);
  addBreaker(program, terminal, end);
  addStats(program, terminal, end);
  addNear(program, terminal, end);
  addHistory(program, withFiles, async (action, options) => {
    code = await historyCommand(action, options, terminal, interrupted);
  });
  addSchedule(program, async (options) => {
    code = await scheduleCommand(options, terminal, interrupted);
  });
  withFiles(program.command('serve').description('show the window in a browser, over loopback'))
    .option('--port <port>', 'port to listen on (0: any free one)', wholeNumber(0, 65_535), 0)
    .option('--no-open', 'do not open a browser')
    .action(async (options: ServeOptions) => {
      code = await serveCommand(options, terminal, interrupted);
    });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return told(error, terminal);
  }
}

function addNear(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  withFiles(program.command('near-misses [run]').description('show who nearly meets the rule, over a kept result (default: the newest)'))
    .option('--at-least <changes>', "kinds of change (default: one less than the rule's)", wholeNumber(1, 100))
    .option('--window-hours <hours>', "length of the window before the last event (default: the run's)", positiveNumber)
    .addOption(new Option('--format <format>', 'write them to a file').choices(['csv', 'xlsx', 'json']))
    .option('--out <file>', outHelp)
    .option('--json', 'print them as JSON on standard output')
    .addHelpText(
      'after',
      '\nExit codes of near-misses: 0 complete, 2 sources or earlier rows are missing, 3 failed, 4 the rule has none, or bad command.',
    )
    .action(async (run: string | undefined, options: NearOptions) => {
      end(await nearCommand(run, options, terminal));
    });
}

function addStats(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  withFiles(program.command('stats').description('show what all runs have done and how long they took, over all processes'))
    .option('--json', 'print the figures as JSON')
    .option('--reset', 'start counting from zero afterwards')
    .action(async (options: StatsOptions) => {
      end(await statsCommand(options, terminal));
    });
}

function addBreaker(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  withFiles(
    program.command('breaker').description('show which endpoints are left alone after failures, or allow one to be asked again at once'),
  )
    .option('--close <database>', 'close the breakers of this database, in every program over the same data folder')
    .option('--endpoint <endpoint>', 'only that of this endpoint, as the table names it')
    .option('--json', 'print the endpoints as JSON on standard output')
    .action(
      async (
        { close: database, endpoint, ...options }: BreakerOptions & { readonly close?: string; readonly endpoint?: string },
        command: Command,
      ) => {
        if (database === undefined && endpoint !== undefined) command.error('error: Name the database with --close as well.');
        const close = database === undefined ? undefined : { database, ...(endpoint !== undefined && { endpoint }) };
        end(await breakerCommand(close, options, terminal));
      },
    );
}

function addSchedule(program: Command, run: (options: ScheduleOptions) => Promise<void>): void {
  withFiles(program.command('schedule').description('run the schedules of schedules.yaml until Ctrl+C, without a window'))
    .addOption(new Option('--once', 'evaluate what is due, and end').conflicts('list'))
    .option('--list', 'print the ledger, and run nothing')
    .option('--limit <intervals>', 'how many intervals of the ledger to print', wholeNumber(1, 500), 50)
    .option('--json', 'print the ledger as JSON on standard output')
    .addHelpText('after', scheduleHelp)
    .action(run);
}

/** Evidence bundles: made of a kept run, and checked without configuration or files of the program's own. */
function addBundles(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  withFiles(program.command('bundle <run>').description('write everything about a kept run into one signed file'))
    .option('--out <file>', outHelp)
    .action(async (run: string, options: BundleOptions) => {
      end(await bundleCommand(run, options, terminal));
    });
  program
    .command('verify <bundle>')
    .description('check that an evidence bundle is what was signed')
    .option('--key <fingerprint>', 'the key that must have signed it (default: one that this program has signed with)')
    .option('--data <folder>', "folder for the program's own files")
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', '\nExit codes of verify: 0 intact, 2 not intact or signed by another key, 3 cannot be opened.')
    .action(async (bundle: string, options: VerifyOptions) => {
      end(await verifyCommand(bundle, options, terminal));
    });
}

function addHunt(program: Command, run: (options: RunOptions) => Promise<void>): void {
  const hunt = program.command('hunt').description('search a range of time for every window that meets the rule');
  withResult(withHunt(hunt), 'windows').action(({ to, ...options }: Omit<RunOptions, 'lastEvent'> & { readonly to: string }) =>
    run({ ...options, lastEvent: to }),
  );
}

function addEvaluate(program: Command, run: (runId: string, options: EvaluateOptions) => Promise<void>): void {
  withFiles(program.command('evaluate <run>').description('evaluate the rule again for a kept run whose evaluation was broken off'))
    .addOption(new Option('--format <format>', 'write the confirmed clients to a file').choices(['csv', 'xlsx', 'json']))
    .option('--out <file>', 'the file to write (default: a new one in the report folder)')
    .option('--bundle <file>', 'write everything about the run into one signed file')
    .option('--json', 'print the result as JSON on standard output')
    .option('--fail-on-match', 'exit with 1 when a client is confirmed')
    .addHelpText('after', `\nNo database is asked: the kept answers are used.\n${runHelp}`)
    .action(run);
}

function addRules(program: Command, run: (work: RulesWork, options: RulesOptions) => Promise<void>): void {
  const rules = program
    .command('rules')
    .description('list, test, check and export rule files')
    .addHelpText('after', '\nExit codes of rules: 0 no mistake and no failed test, 3 a test failed, 4 a file has a mistake.');
  const part = (usage: string, description: string): Command =>
    withFiles(rules.command(usage).description(description)).option('--json', 'print it as JSON on standard output');
  part('list', 'the rules of the folder').action((options: RulesOptions) => run({ kind: 'list' }, options));
  part('test [rule]', 'run the tests in the files').action((rule: string | undefined, options: RulesOptions) =>
    run({ kind: 'test', ...(rule !== undefined && { rule }) }, options),
  );
  part('check <file>', 'check a file together with the folder, and run its tests').action((path: string, options: RulesOptions) =>
    run({ kind: 'check', path }, options),
  );
  part('export <rule>', 'print a rule and everything it refers to as one Sigma file for other tools').action(
    (rule: string, options: RulesOptions) => run({ kind: 'export', rule }, options),
  );
}

/** What becomes of the result, and how the command ends. `what`: what the file holds. */
function withResult(command: Command, what: string): Command {
  return command
    .addOption(new Option('--format <format>', `write the ${what} to a file`).choices(['csv', 'xlsx', 'json']))
    .option('--out <file>', outHelp)
    .option('--case <reference>', 'the case that the run belongs to; appears in the reports and in the history')
    .option('--strict', 'fail when any source is missing')
    .option('--json', 'print the result as JSON on standard output')
    .option('--fail-on-match', 'exit with 1 when a client is confirmed')
    .addHelpText('after', runHelp);
}

/** What is asked for. */
function withRequest(command: Command): Command {
  return withRule(command.requiredOption('--last-event <time>', 'end of the window: an ISO 8601 time, or now'));
}

function withHunt(command: Command): Command {
  return withRule(
    command
      .requiredOption('--from <time>', 'beginning of the range: an ISO 8601 time')
      .requiredOption('--to <time>', 'end of the range: an ISO 8601 time, or now'),
  );
}

function withRule(command: Command): Command {
  return withFiles(command)
    .option('--zone <zone>', 'IANA zone for reading and showing times (default: the settings)')
    .option('--rule <name>', 'rule to evaluate (default: the settings)')
    .option('--window-hours <hours>', "length of the window (default: the settings, or the rule's own)", positiveNumber)
    .option('--databases <names>', databasesHelp, databaseNames)
    .option('--partition <key=values>', partitionHelp, partition);
}

function withFiles(command: Command): Command {
  return command
    .option('--config <file>', 'databases.yaml to use')
    .option('--settings <file>', 'settings file to use')
    .option('--data <folder>', "folder for the program's own files");
}

function told(error: unknown, terminal: Terminal): ExitCode {
  // Commander has told already what is wrong with the command line; help and version end well.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.complete : exitCodes.badConfiguration;
  const { code, message, action, detail } = toFailure(error);
  // Without the vendor's words it is not known what is wrong with a store.
  const why = code === 'history.unavailable' && detail !== undefined ? ` (${detail})` : '';
  terminal.err(`${message}${why} ${action}\n`);
  if (code === 'internal' && detail !== undefined) terminal.err(`${detail}\n`);
  return code === 'request.invalid' || code.startsWith('config.') ? exitCodes.badConfiguration : exitCodes.failed;
}
