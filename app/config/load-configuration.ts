/** The files, and every file they name, as one checked and frozen value; or everything that is wrong, at once. */
import { dirname, join } from 'node:path';
import type { ConfigProblem, Configuration, RuleBook, Settings } from '../model/database.ts';
import type { PlaceholderValues } from '../model/rule.ts';
import { readDatabasesFile } from './databases-file.ts';
import { checkRulesFolder, defaultRuleOf, readRulesFolder, rulesDirectoryOf } from './rules-folder.ts';
import { readSchedules } from './schedules-file.ts';
import { type LoadedSettings, readSettings, type Surroundings } from './settings.ts';
import { readTextFile } from './text-file.ts';
import { YamlSource } from './yaml-source.ts';

/** Where the files are and what defaults are made of. All paths are absolute. */
export interface ConfigurationInput extends Surroundings {
  readonly databasesFile: string;
  readonly settingsFile: string;
  /** The time now, for checks of cron lines. */
  readonly nowMs?: number;
  /** True where a person named the settings file: then it must be there. Otherwise a missing one means all defaults. */
  readonly settingsRequired?: boolean;
  /** Folder of the rules that come with the program. */
  readonly rulesDirectory: string;
  /** Lets `driver: fake` pass; for tests. */
  readonly allowFakeDriver?: boolean;
}

/** Where the rules are, known as far as the settings can be read. */
export interface RulesPlace {
  /** Absolute path of the folder. */
  readonly directory: string;
  /** The default rule that the settings name. */
  readonly defaultRule?: string;
  /** Values of placeholders in rules, from the settings. */
  readonly placeholders?: PlaceholderValues;
}

/** The configuration, or its problems in the order of file, line and column. */
export type LoadedConfiguration = { readonly rulesPlace: RulesPlace } & (
  { readonly ok: true; readonly configuration: Configuration } | { readonly ok: false; readonly problems: readonly ConfigProblem[] }
);

/** A configuration of hundreds of databases is far smaller; what is larger is some other file. */
const maxYamlBytes = 4 * 1024 * 1024;

/** Loads and checks everything. Never throws for what stands in a file. */
export async function loadConfiguration(input: ConfigurationInput): Promise<LoadedConfiguration> {
  const settingsSource = await readSource(input.settingsFile, input.settingsRequired !== true);
  const loaded = readSettings(settingsSource, input);
  const { databaseDefaults } = loaded;
  const databasesSource = await readSource(input.databasesFile, false);
  const { homeDir, allowFakeDriver = false } = input;
  const file = await readDatabasesFile(databasesSource, { homeDir, defaults: databaseDefaults, allowFakeDriver });
  const directory = rulesDirectoryOf(loaded.settings.rulesDir, input.settingsFile, input.rulesDirectory);
  const { defaultRule, placeholders } = loaded.named;
  const rulesPlace = { directory, ...(defaultRule !== undefined && { defaultRule }), ...(placeholders !== undefined && { placeholders }) };
  const { book, problems: ruleProblems } = checkRulesFolder(await readRulesFolder(directory, placeholders));
  const settings = ruleProblems.length > 0 ? loaded.settings : withDefaultRule(settingsSource, loaded, book);
  const { databases, groups, isSample } = file;
  const schedulesFile = schedulesFileOf(input.settingsFile);
  const schedulesSource = await readSource(schedulesFile, true);
  const schedules = readSchedules(schedulesSource, { settings, databases, groups, rules: book.rules, homeDir, nowMs: input.nowMs ?? 0 });
  const problems = [...databasesSource.problems, ...settingsSource.problems, ...ruleProblems, ...schedulesSource.problems];
  if (problems.length > 0) return { ok: false, rulesPlace, problems: problems.toSorted(byPlace) };
  const { databasesFile, settingsFile } = input;
  const places = { databasesFile, settingsFile, schedulesFile };
  const configuration = { ...places, databases, groups, settings, rules: book, schedules, sampleData: isSample };
  return { ok: true, rulesPlace, configuration: deepFreeze(configuration) };
}

/** The default rule is one of the folder, and its window the rule's own where the settings name none. */
function withDefaultRule(source: YamlSource, { settings, named }: LoadedSettings, book: RuleBook): Settings {
  const key = defaultRuleOf(book, named.defaultRule);
  const rule = book.rules.find((candidate) => candidate.key === key);
  if (rule === undefined) {
    const known = book.rules.map((candidate) => candidate.key).join(', ');
    source.report(
      ['app_settings', 'default_rule'],
      `There is no rule ${named.defaultRule ?? settings.defaultRule} in ${book.directory}.`,
      known === '' ? 'Put a file with a correlation there.' : `Write one of: ${known}.`,
    );
    return settings;
  }
  return { ...settings, defaultRule: rule.key, windowHours: named.windowHours ?? rule.timespanHours };
}

/** The file of planned runs: beside the settings. There need not be one. */
export function schedulesFileOf(settingsFile: string): string {
  return join(dirname(settingsFile), 'schedules.yaml');
}

/** A YAML file; where it cannot be read the source holds the problem and nothing else. */
async function readSource(file: string, mayBeMissing: boolean): Promise<YamlSource> {
  const read = await readTextFile(file, maxYamlBytes);
  if (read.ok) return new YamlSource(file, read.text);
  const source = new YamlSource(file, '');
  const { line, column, message, action } = read;
  if (!read.isMissing || !mayBeMissing) source.reportElsewhere({ file, line, column, key: '', message, action });
  return source;
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
