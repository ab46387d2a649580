/** The folder of rule files: read as a whole, because a rule may refer to one in another file. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorMessage } from '../base/error-text.ts';
import type { ConfigProblem, RuleBook } from '../model/database.ts';
import type { PlaceholderValues } from '../model/rule.ts';
import { describeRule } from '../rules/describe-rule.ts';
import { parseRules, type RuleFile } from '../rules/parse-rules.ts';
import type { RuleSet } from '../rules/rule.ts';
import { textOfRule } from '../rules/write-rule.ts';
import { readTextFile } from './text-file.ts';

/** A rule of some thousand lines is far smaller; what is larger is some other file. */
const maxRuleBytes = 1024 * 1024;

/** The rule that runs where nothing else is said. */
export const shippedRule = 'ato_all_four';

/** A folder as it was read. Files that cannot be read are among the problems. */
export interface RulesFolder {
  readonly directory: string;
  /** Their names are absolute paths. */
  readonly files: readonly RuleFile[];
  readonly problems: readonly ConfigProblem[];
  /** Values of placeholders, from the settings. */
  readonly placeholders?: PlaceholderValues;
}

/** The checked rules of a folder, or what is wrong with them. */
export interface CheckedFolder {
  readonly book: RuleBook;
  /** Absent where there is any problem: then no rule of the folder is used. */
  readonly rules?: RuleSet;
  readonly problems: readonly ConfigProblem[];
}

/** Which folder holds: the one of the settings, else `rules` beside them, else the shipped one. */
export function rulesDirectoryOf(own: string | undefined, settingsFile: string, shipped: string): string {
  const beside = join(dirname(settingsFile), 'rules');
  return own ?? (existsSync(beside) ? beside : shipped);
}

/** Reads all `.yml` and `.yaml` files of a folder, in the order of their names. Never throws. */
export async function readRulesFolder(directory: string, placeholders?: PlaceholderValues): Promise<RulesFolder> {
  const problem = (file: string, message: string, action: string, line = 1, column = 1): ConfigProblem => {
    return { file, line, column, key: '', message, action };
  };
  let names: readonly string[];
  try {
    names = (await readdir(directory)).filter((name) => /\.ya?ml$/i.test(name)).sort();
  } catch (error) {
    const message = `The folder of rules cannot be read (${errorMessage(error)}).`;
    return { directory, files: [], problems: [problem(directory, message, 'Correct app_settings.rules_dir, or make the folder.')] };
  }
  if (names.length === 0) {
    return { directory, files: [], problems: [problem(directory, 'The folder holds no rules.', 'Put a rule file there (*.yml).')] };
  }
  const read = await Promise.all(
    names.map(async (name) => ({ file: join(directory, name), found: await readTextFile(join(directory, name), maxRuleBytes) })),
  );
  return {
    directory,
    ...(placeholders !== undefined && { placeholders }),
    files: read.flatMap(({ file, found }) => (found.ok ? [{ file, text: found.text }] : [])),
    problems: read.flatMap(({ file, found }) => (found.ok ? [] : [problem(file, found.message, found.action, found.line, found.column)])),
  };
}

/** Checks what was read. */
export function checkRulesFolder({ directory, files, problems, placeholders = {} }: RulesFolder): CheckedFolder {
  const { rules, problems: mistakes, warnings } = parseRules(files, placeholders);
  const all = [...problems, ...mistakes];
  if (rules === undefined || all.length > 0) return { book: { directory, rules: [], warnings }, problems: all };
  const configured = rules.correlations.map(({ key }) => {
    const text = textOfRule(rules, key);
    const used = Object.entries(placeholders).filter(([name]) => text.includes(`%${name}%`));
    return { ...describeRule(rules, key), text, ...(used.length > 0 && { placeholders: Object.fromEntries(used) }) };
  });
  return { book: { directory, rules: configured, warnings }, rules, problems: [] };
}

/** Key of the rule that runs unless another is asked for; `undefined` where that is not clear. */
export function defaultRuleOf(book: RuleBook, named: string | undefined): string | undefined {
  const wanted = named ?? shippedRule;
  if (book.rules.some(({ key }) => key === wanted)) return wanted;
  return named === undefined && book.rules.length === 1 ? book.rules[0]?.key : undefined;
}
