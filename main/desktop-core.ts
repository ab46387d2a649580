/** Makes the core of the desktop: where its files lie, who runs it, on which machine. */
import { homedir, hostname } from 'node:os';
import type * as Electron from 'electron';
import { systemClock } from '../app/base/clock.ts';
import { userId, userName } from '../app/hosts/own-user.ts';
import type { DesktopPorts, SecretPort } from '../app/services/app-ports.ts';
import { type App, createApp } from '../app/services/create-app.ts';
import type { SpawnProcess } from '../app/worker/process.ts';
import { desktopFiles } from './desktop-files.ts';

/** What the core depends on. All paths are absolute. */
export interface DesktopCoreOptions {
  readonly app: Pick<Electron.App, 'isPackaged' | 'getAppPath' | 'getPath' | 'getVersion'>;
  /** The command line after the program's name. */
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  /** The folder a package is installed in. */
  readonly resourcesPath: string;
  /** The program of the history's threads. */
  readonly historyEntry: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What the core is given of Electron. */
export interface DesktopCorePorts {
  readonly spawn: SpawnProcess;
  readonly desktop: DesktopPorts;
  readonly secrets: SecretPort;
}

/** The core of the desktop. A package knows no driver that only tests use, whatever its environment says. */
export async function startDesktopCore(options: DesktopCoreOptions, { spawn, desktop, secrets }: DesktopCorePorts): Promise<App> {
  const { app, environment } = options;
  const files = await desktopFiles({
    argv: options.argv,
    workingDirectory: options.workingDirectory,
    isPackaged: app.isPackaged,
    appPath: app.getAppPath(),
    resourcesPath: options.resourcesPath,
    userData: app.getPath('userData'),
  });
  return await createApp({
    ...files,
    host: 'desktop',
    version: app.getVersion(),
    historyEntry: options.historyEntry,
    homeDirectory: homedir(),
    machineZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    user: userName(),
    machineName: hostname(),
    clock: systemClock,
    spawn,
    environment,
    desktop,
    secrets,
    machine: { environment, platform: process.platform, username: userName(), ...userId() },
    allowFakeDriver: !app.isPackaged && environment.CAM_TEST_DRIVERS === '1',
  });
}
