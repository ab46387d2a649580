/** Configuration files in a folder of their own, loaded as the program loads them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfiguration, type LoadedConfiguration } from '../config/load-configuration.ts';
import type { Configuration } from '../model/database.ts';

/** The folder. */
export interface ConfigurationFiles {
  readonly folder: string;
  /** Writes a SQL file and returns its name. */
  sql(name: string, text: string): Promise<string>;
  load(databases: string, settings?: string): Promise<LoadedConfiguration>;
  /** @throws Error with the problems */
  loaded(databases: string, settings?: string): Promise<Configuration>;
  /** Each problem as `file:line:column key: message action`, without the file where it is `databases.yaml`. */
  problems(databases: string, settings?: string): Promise<readonly string[]>;
  /** Writes the file of planned runs, which the next load reads too. */
  schedules(text: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the folder. */
export async function createConfigurationFiles(): Promise<ConfigurationFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'cam-configuration-'));
  const load = async (databases: string, settings = ''): Promise<LoadedConfiguration> => {
    const databasesFile = join(folder, 'databases.yaml');
    const settingsFile = join(folder, 'settings.yaml');
    await writeFile(databasesFile, databases);
    await writeFile(settingsFile, settings);
    const rulesDirectory = fileURLToPath(new URL('../../config/rules', import.meta.url));
    const around = { homeDir: folder, dataDir: folder, machineZone: 'UTC', user: 'analyst' };
    return loadConfiguration({ databasesFile, settingsFile, rulesDirectory, ...around });
  };
  return {
    folder,
    load,
    sql: async (name, text) => {
      await writeFile(join(folder, name), text);
      return name;
    },
    loaded: async (databases, settings) => {
      const result = await load(databases, settings);
      if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
      return result.configuration;
    },
    problems: async (databases, settings) => {
      const result = await load(databases, settings);
      const found = result.ok ? [] : result.problems;
      return found.map(({ file, line, column, key, message, action }) => {
        const name = file.slice(folder.length + 1);
        return `${name === 'databases.yaml' ? '' : `${name}:`}${String(line)}:${String(column)} ${key}: ${message} ${action}`;
      });
    },
    schedules: (text) => writeFile(join(folder, 'schedules.yaml'), text),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
