/** `cam rules`: the rule files from the command line. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CamClient } from '../../contract/methods.ts';
import type { RuleTestView } from '../../contract/rules-methods.ts';
import { CamError, failure } from '../../model/failure.ts';
import { problemLine } from '../../services/config-service.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { inProcessClient } from './in-process-client.ts';
import { reportProblems } from './problems.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Options of all parts of `cam rules`. */
export interface RulesOptions extends Omit<CoreOptions, 'host'> {
  readonly json?: boolean;
}

/** What is to be done with the rules. */
export type RulesWork =
  | { readonly kind: 'list' }
  | { readonly kind: 'test'; readonly rule?: string }
  /** A file anywhere; it is read together with the folder's. */
  | { readonly kind: 'check'; readonly path: string }
  | { readonly kind: 'export'; readonly rule: string };

interface Asked {
  readonly client: CamClient;
  readonly terminal: Terminal;
  readonly asJson: boolean;
}

/** Does it. The exit code is 4 where a file has a mistake, 3 where a test fails, else 0. */
export async function rulesCommand(work: RulesWork, options: RulesOptions, terminal: Terminal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  const asked = { client: inProcessClient(app), terminal, asJson: options.json === true };
  try {
    switch (work.kind) {
      case 'list':
        return await list(asked);
      case 'test':
        return await test(asked, work.rule);
      case 'check':
        return await check(asked, work.path);
      case 'export':
        return await handOn(asked, work.rule);
    }
  } finally {
    await app.close();
  }
}

async function list({ client, terminal, asJson }: Asked): Promise<ExitCode> {
  const { directory, defaultRule, rules, problems, warnings } = await client.call('rules.list', {});
  if (problems.length > 0) return reportProblems(problems, terminal, asJson);
  if (asJson) {
    terminal.out(json({ directory, defaultRule, rules, warnings }));
    return exitCodes.complete;
  }
  const rows = rules.map(({ key, title, level, words, timespanHours, tests }) => [
    key === defaultRule ? `${key} (default)` : key,
    level ?? null,
    `${words} within ${String(timespanHours)} h`,
    title,
    String(tests),
  ]);
  terminal.out(`${textTable(['rule', 'level', 'looks for', 'title', 'tests'], rows)}\nRules of ${directory}.\n`);
  for (const warning of warnings) terminal.err(`Note: ${problemLine(warning)}\n`);
  return exitCodes.complete;
}

async function test({ client, terminal, asJson }: Asked, rule: string | undefined): Promise<ExitCode> {
  const { problems } = await client.call('rules.list', {});
  if (problems.length > 0) return reportProblems(problems, terminal, asJson);
  const { tests } = await client.call('rules.test', rule === undefined ? {} : { rule });
  terminal.out(asJson ? json({ tests }) : readableTests(tests));
  return tests.some(hasFailed) ? exitCodes.failed : exitCodes.complete;
}

async function check({ client, terminal, asJson }: Asked, path: string): Promise<ExitCode> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CamError(failure('request.invalid', { message: `${path} cannot be read.`, detail: String(error) }));
  });
  const file = basename(path);
  // A file of the folder itself is checked in its own place, any other beside all that are there.
  const isInFolder = (await client.call('rules.list', {})).files.some(({ name }) => name === file);
  const checked = await client.call('rules.check', { text, ...(isInFolder && { file }) });
  if (asJson) {
    terminal.out(json(checked));
  } else {
    for (const warning of checked.warnings) terminal.err(`Note: ${problemLine(warning)}\n`);
    for (const problem of checked.problems) terminal.err(`${problemLine(problem)}\n`);
    if (checked.problems.length === 0) terminal.out(readableTests(checked.tests));
  }
  if (checked.problems.length > 0) return exitCodes.badConfiguration;
  return checked.tests.some(hasFailed) ? exitCodes.failed : exitCodes.complete;
}

async function handOn({ client, terminal, asJson }: Asked, rule: string): Promise<ExitCode> {
  const exported = await client.call('rules.export', { rule });
  for (const warning of exported.warnings) terminal.err(`Note: ${warning}\n`);
  terminal.out(asJson ? json(exported) : exported.text);
  return exitCodes.complete;
}

function hasFailed({ failures }: RuleTestView): boolean {
  return failures.length > 0;
}

function readableTests(tests: readonly RuleTestView[]): string {
  const lines = tests.map(({ rule, test, file, line, failures }) =>
    failures.length === 0
      ? `ok      ${rule}: ${test}`
      : [`FAILED  ${rule}: ${test} (${file}:${String(line)})`, ...failures.map((text) => `        ${text}`)].join('\n'),
  );
  const failed = tests.filter(hasFailed).length;
  const verdict =
    tests.length === 0
      ? 'No rule has a test.'
      : failed === 0
        ? `All ${String(tests.length)} tests passed.`
        : `${String(failed)} of ${String(tests.length)} tests failed.`;
  return `${[...lines, verdict].join('\n')}\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
