/** Both files, and every file they name, as one checked and frozen value; or everything that is wrong, at once. */
import type { ConfigProblem, Configuration } from '../model/database.ts';
import { readDatabasesFile } from './databases-file.ts';
import { readSettings, type Surroundings } from './settings.ts';
import { readTextFile } from './text-file.ts';
import { YamlSource } from './yaml-source.ts';

/** Where the files are and what defaults are made of. All paths are absolute. */
export interface ConfigurationInput extends Surroundings {
  readonly databasesFile: string;
  readonly settingsFile: string;
  /** True where a person named the settings file: then it must be there. Otherwise a missing one means all defaults. */
  readonly settingsRequired?: boolean;
  /** Lets `driver: fake` pass; for tests. */
  readonly allowFakeDriver?: boolean;
}

/** The configuration, or its problems in the order of file, line and column. */
export type LoadedConfiguration =
  { readonly ok: true; readonly configuration: Configuration } | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** A configuration of hundreds of databases is far smaller; what is larger is some other file. */
const maxYamlBytes = 4 * 1024 * 1024;

/** Loads and checks everything. Never throws for what stands in a file. */
export async function loadConfiguration(input: ConfigurationInput): Promise<LoadedConfiguration> {
  const settingsSource = await readSource(input.settingsFile, input.settingsRequired !== true);
  const { settings, databaseDefaults } = readSettings(settingsSource, input);
  const databasesSource = await readSource(input.databasesFile, false);
  const { homeDir, allowFakeDriver = false } = input;
  const file = await readDatabasesFile(databasesSource, { homeDir, defaults: databaseDefaults, allowFakeDriver });
  const problems = [...databasesSource.problems, ...settingsSource.problems];
  if (problems.length > 0) return { ok: false, problems: problems.toSorted(byPlace) };
  const { databasesFile, settingsFile } = input;
  const { databases, groups, isSample } = file;
  return { ok: true, configuration: deepFreeze({ databasesFile, settingsFile, databases, groups, settings, sampleData: isSample }) };
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
