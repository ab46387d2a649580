/** Where the desktop finds its configuration and keeps its own files. */
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findSettingsFile } from '../app/config/find-settings-file.ts';

/** What the places depend on. All paths are absolute. */
export interface DesktopSurroundings {
  /** The command line after the program's name; switches of Chromium may stand in it. */
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  readonly isPackaged: boolean;
  /** The folder of `package.json`: a checkout, or the archive of a package. */
  readonly appPath: string;
  /** The folder a package is installed in: `configuration` below it holds what is shipped. */
  readonly resourcesPath: string;
  /** The user's folder for this program. */
  readonly userData: string;
}

/** The places; absolute paths. */
export interface DesktopFiles {
  readonly databasesFile: string;
  readonly settingsFile: string;
  /** True where the command line named the settings: then they must be there. */
  readonly settingsRequired: boolean;
  readonly dataDirectory: string;
  readonly sqlDirectory: string;
  readonly rulesDirectory: string;
}

/** What the command line says: the same options as `cam serve`. */
export interface DesktopArguments {
  readonly config?: string | undefined;
  readonly settings?: string | undefined;
  readonly data?: string | undefined;
}

const ownOptions = { config: { type: 'string' }, settings: { type: 'string' }, data: { type: 'string' } } as const;

/** Reads the options that are ours; whatever else stands there is Chromium's or the system's. */
export function desktopArguments(argv: readonly string[]): DesktopArguments {
  const { values } = parsed(argv);
  const text = (value: string | boolean | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
  return { config: text(values.config), settings: text(values.settings), data: text(values.data) };
}

/** The options that are ours with absolute paths, as seen from `workingDirectory`. */
export function absoluteArguments(argv: readonly string[], workingDirectory: string): DesktopArguments {
  const given = desktopArguments(argv);
  const absolute = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(workingDirectory, path));
  return { config: absolute(given.config), settings: absolute(given.settings), data: absolute(given.data) };
}

/** The command line without the options that are ours. */
export function foreignArguments(argv: readonly string[]): readonly string[] {
  const ours = parsed(argv).tokens.flatMap((token) => {
    if (token.kind !== 'option' || !Object.hasOwn(ownOptions, token.name)) return [];
    return token.value === undefined || token.inlineValue ? [token.index] : [token.index, token.index + 1];
  });
  return argv.filter((_argument, index) => !ours.includes(index));
}

function parsed(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: ownOptions, strict: false, allowPositionals: true, tokens: true });
}

/**
 * Finds the places. A checkout uses its own files. A package may lie where nobody can write, and an update replaces it: so what it
 * ships is copied into the user's folder once, and is the user's to edit from then on.
 */
export async function desktopFiles(around: DesktopSurroundings): Promise<DesktopFiles> {
  const given = absoluteArguments(around.argv, around.workingDirectory);
  const shipped = around.isPackaged ? join(around.resourcesPath, 'configuration') : around.appPath;
  const own = around.isPackaged ? join(around.userData, 'configuration') : around.appPath;
  const databasesFile = given.config ?? join(own, 'databases.yaml');
  if (around.isPackaged && given.config === undefined) await copyOnce(shipped, own);
  return {
    databasesFile,
    settingsFile: given.settings ?? findSettingsFile(dirname(databasesFile)),
    settingsRequired: given.settings !== undefined,
    dataDirectory: given.data ?? join(own, '.cam'),
    sqlDirectory: join(shipped, 'sql'),
    rulesDirectory: join(shipped, 'config', 'rules'),
  };
}

/**
 * Copies what is shipped unless the user has a databases file already; files that are there are left as they are. Each file comes into
 * its place whole, and the databases file last: so a copy that was broken off is gone on with by the next start.
 */
async function copyOnce(from: string, to: string): Promise<void> {
  const last = 'databases.yaml';
  if (existsSync(join(to, last))) return;
  await mkdir(to, { recursive: true });
  const staged = join(to, '.new');
  // What an earlier start has left may be half a file.
  await rm(staged, { recursive: true, force: true });
  await cp(from, staged, { recursive: true });
  const entries = await readdir(staged, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(staged, join(entry.parentPath, entry.name)));
  for (const file of [...files.filter((name) => name !== last), last]) {
    if (existsSync(join(to, file))) continue;
    await mkdir(dirname(join(to, file)), { recursive: true });
    await rename(join(staged, file), join(to, file));
  }
  await rm(staged, { recursive: true, force: true });
}
