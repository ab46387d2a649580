/** Starts the core under plain Node: the command line and the browser host. */
import { existsSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { systemClock } from '../base/clock.ts';
import { createDeferredLogger } from '../base/deferred-logger.ts';
import { findSettingsFile } from '../config/find-settings-file.ts';
import type { AppInfo } from '../contract/methods.ts';
import { type App, createApp } from '../services/create-app.ts';
import { forkSpawner } from './fork-spawner.ts';
import { userId, userName } from './own-user.ts';

/** Where the configuration is, as the command line says. */
export interface CoreOptions {
  readonly host: AppInfo['host'];
  /** `databases.yaml`; default: the one beside the program. */
  readonly config?: string | undefined;
  /** Settings; default: found beside the databases file. */
  readonly settings?: string | undefined;
  /** Folder for the program's own files; default: `.cam` beside the program. */
  readonly data?: string | undefined;
}

/** The folder that `package.json` stands in. */
export const programDirectory = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The folder of the program's own files. */
export function dataDirectoryOf({ data }: Pick<CoreOptions, 'data'>): string {
  return resolve(data ?? join(programDirectory, '.cam'));
}

/** The version of the program. */
export const programVersion: string = packageJson.version;

/** Builds the core over forked processes. */
export async function startCore(options: CoreOptions): Promise<App> {
  const databasesFile = resolve(options.config ?? join(programDirectory, 'databases.yaml'));
  const settingsFile = options.settings === undefined ? findSettingsFile(dirname(databasesFile)) : resolve(options.settings);
  // The processes are started by the core, and log into its log: so their logger waits for it.
  const deferred = createDeferredLogger(() => systemClock.nowMs());
  const app = await createApp({
    host: options.host,
    version: programVersion,
    databasesFile,
    settingsFile,
    settingsRequired: options.settings !== undefined,
    dataDirectory: dataDirectoryOf(options),
    sqlDirectory: join(programDirectory, 'sql'),
    historyEntry: builtOrSource('history-entry'),
    rulesDirectory: join(programDirectory, 'config', 'rules'),
    homeDirectory: homedir(),
    machineZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    user: userName(),
    machineName: hostname(),
    clock: systemClock,
    spawn: forkSpawner({
      entries: {
        worker: builtOrSource('worker-entry'),
        engine: builtOrSource('engine-entry'),
        'oracle-probe': builtOrSource('oracle-probe-entry'),
      },
      environment: process.env,
      logger: deferred.logger,
    }),
    environment: process.env,
    desktop: {},
    machine: { environment: process.env, platform: process.platform, username: userName(), ...userId() },
    allowFakeDriver: process.env.CAM_TEST_DRIVERS === '1',
  });
  deferred.connect(app.log.logger);
  return app;
}

/** From a checkout the programs run as they are written; in a package as they were built. */
function builtOrSource(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const source = join(here, `${name}.ts`);
  return existsSync(source) ? source : join(here, `${name}.js`);
}
