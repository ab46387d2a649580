/** The rule files as a person works on them: looked at, checked, tested, saved, handed on. */
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { replaceTextFile } from '../config/replace-file.ts';
import { type CheckedFolder, checkRulesFolder, defaultRuleOf, readRulesFolder, type RulesFolder } from '../config/rules-folder.ts';
import type { CheckedInput } from '../contract/methods.ts';
import type { RuleCheckView, RuleSaveView, RulesView, RuleTestView } from '../contract/rules-methods.ts';
import { CamError, failure } from '../model/failure.ts';
import type { ConfiguredRule } from '../model/rule.ts';
import { runRuleTests } from '../rules/run-rule-tests.ts';
import { partsOf, writeRule } from '../rules/write-rule.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';

/** Reads and writes the folder of rules. */
export class RulesService {
  readonly #ports: AppPorts;
  readonly #config: ConfigService;

  constructor(ports: AppPorts, config: ConfigService) {
    this.#ports = ports;
    this.#config = config;
  }

  /** Everything in the folder, whether it can be used or not. */
  async list(): Promise<RulesView> {
    const read = await this.#read();
    const { book, problems } = checkRulesFolder(read);
    const defaultRule = defaultRuleOf(book, this.#config.rulesPlace.defaultRule);
    return {
      directory: read.directory,
      ...(defaultRule !== undefined && { defaultRule }),
      rules: book.rules.map(({ text: _text, ...summary }) => summary),
      files: read.files.map(({ file, text }) => ({ name: basename(file), text })),
      problems,
      warnings: book.warnings,
    };
  }

  /** What would be said of the folder with this text in it. Without a name it stands beside all other files. */
  async check(input: CheckedInput<'rules.check'>): Promise<RuleCheckView> {
    const { checked, path } = await this.#folderWith(input);
    const { book, problems } = checked;
    return {
      problems,
      warnings: book.warnings.filter((warning) => warning.file === path),
      rules: book.rules.filter((rule) => rule.file === path).map(({ text: _text, ...summary }) => summary),
      tests: testsOf(checked, (rule) => hasPartIn(checked, rule, path)),
    };
  }

  /** A rule of a text as it would run, the first unless `rule` names another. @throws CamError `config.invalid`, `not.found` */
  async unsaved({ text, file, rule }: CheckedInput<'rules.try'>): Promise<ConfiguredRule> {
    const { checked, path } = await this.#folderWith({ text, ...(file !== undefined && { file }) });
    refuseProblems(checked);
    const found = checked.book.rules.find((each) => each.file === path && (rule === undefined || each.key === rule));
    if (found !== undefined) return found;
    const message = rule === undefined ? 'The text holds no rule that could be tried.' : `The text holds no rule ${rule}.`;
    throw new CamError(failure('not.found', { message, action: 'Write a document with correlation: into it.' }));
  }

  /** @throws CamError `config.invalid` while the folder has problems; `not.found` */
  async test({ rule }: CheckedInput<'rules.test'>): Promise<{ readonly tests: readonly RuleTestView[] }> {
    const checked = await this.#checked();
    if (rule !== undefined) mustHave(checked, rule);
    return { tests: testsOf(checked, (key) => rule === undefined || key === rule) };
  }

  /** Saves a text that has no problem, and reads the configuration again. @throws CamError `disk.error` */
  async save({ file, text, evenIfTestsFail }: CheckedInput<'rules.save'>): Promise<RuleSaveView> {
    const checked = await this.check({ text, file });
    const directory = this.#ownDirectory;
    const path = join(directory, file);
    const isRefused = checked.problems.length > 0 || (!evenIfTestsFail && checked.tests.some(({ failures }) => failures.length > 0));
    if (isRefused) return { ...checked, isSaved: false, path };
    await this.#makeOwn(directory);
    const backup = await keepBefore(path);
    await replaceTextFile(path, text, `The rule could not be written to ${path}.`);
    await this.#config.reload();
    return { ...checked, isSaved: true, path, ...(backup !== undefined && { backup }) };
  }

  /** @throws CamError `config.invalid` while the folder has problems; `not.found` */
  async export({ rule }: CheckedInput<'rules.export'>): Promise<{ fileName: string; text: string; warnings: readonly string[] }> {
    const checked = await this.#checked();
    const rules = mustHave(checked, rule);
    const base = rule
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 60);
    return { fileName: `mr_${base === '' ? 'rule' : base}.yml`, ...writeRule(rules, rule) };
  }

  #read(): Promise<RulesFolder> {
    const { directory, placeholders } = this.#config.rulesPlace;
    return readRulesFolder(directory, placeholders);
  }

  get #directory(): string {
    return this.#config.rulesPlace.directory;
  }

  /** What is shipped may lie where an update replaces it: whoever changes it gets a copy beside the settings first. */
  get #ownDirectory(): string {
    const directory = this.#directory;
    return directory === this.#ports.rulesDirectory ? join(dirname(this.#ports.settingsFile), 'rules') : directory;
  }

  async #makeOwn(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true });
    if (directory === this.#directory) return;
    for (const { file } of (await this.#read()).files) await copyFile(file, join(directory, basename(file)));
  }

  async #checked(): Promise<CheckedFolder> {
    const checked = checkRulesFolder(await this.#read());
    refuseProblems(checked);
    return checked;
  }

  /** The folder with a text in place of a file, or beside all of them. */
  async #folderWith({ text, file = 'unsaved-text.yml' }: CheckedInput<'rules.check'>): Promise<{ checked: CheckedFolder; path: string }> {
    const read = await this.#read();
    const path = join(read.directory, file);
    const files = [...read.files.filter((other) => other.file !== path), { file: path, text }];
    // What cannot be read in the folder stays a problem, but for the file that is replaced and a folder that is not there yet.
    const unread = read.problems.filter((problem) => problem.file !== path && problem.file !== read.directory);
    return { checked: checkRulesFolder({ ...read, files, problems: unread }), path };
  }
}

function refuseProblems({ problems }: CheckedFolder): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new CamError(
    failure('config.invalid', {
      message: `The rules have ${String(problems.length)} ${problems.length === 1 ? 'mistake' : 'mistakes'}: ${first.file}:${String(first.line)}: ${first.message}`,
      action: first.action,
    }),
  );
}

function mustHave({ rules }: CheckedFolder, key: string): NonNullable<CheckedFolder['rules']> {
  if (rules?.correlations.some((rule) => rule.key === key) === true) return rules;
  const known = (rules?.correlations ?? []).map((rule) => rule.key).join(', ');
  throw new CamError(failure('not.found', { message: `There is no rule ${key}.`, action: `Write one of: ${known}.` }));
}

function testsOf({ rules }: CheckedFolder, isWanted: (rule: string) => boolean): readonly RuleTestView[] {
  if (rules === undefined) return [];
  const wanted = rules.correlations.filter(({ key }) => isWanted(key));
  return runRuleTests(
    rules,
    wanted.map(({ key }) => key),
  );
}

/** A test of another file can fail because of a detection or a filter in this one. */
function hasPartIn({ rules }: CheckedFolder, key: string, path: string): boolean {
  return rules !== undefined && partsOf(rules, key).some((part) => part.file === path);
}

async function keepBefore(path: string): Promise<string | undefined> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const backup = `${path}.bak`;
  await copyFile(path, backup);
  return backup;
}
