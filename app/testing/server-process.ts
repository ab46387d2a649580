/** Real servers for tests: found on the machine, started on a free port of loopback, gone when the test's process is gone. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first program of that name in the given folders or on the PATH, or an error that says in one line how to get it. */
export function findProgram(name: string, folders: readonly string[], remedy: string): string {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of [...folders, ...path]) {
    const candidate = join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`${name} is not installed: ${remedy}`);
}

/** Folders that match `parent/<any>/child`, the highest version first. */
export function versionedFolders(parent: string, child: string): readonly string[] {
  try {
    const names = readdirSync(parent).sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a));
    return names.map((name) => join(parent, name, child));
  } catch {
    return [];
  }
}

/** A port of loopback that was free a moment ago, above 10,000. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => {
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
    });
    if (port > 10_000) return port;
  }
}

/** Who a program runs as; `undefined` means the test's own user. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** A user of the system by name, or `undefined` where there is none. */
export async function systemUser(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** A server that is running. */
export interface ServerProcess {
  readonly pid: number;
  /** What it has printed so far. */
  readonly output: () => string;
  /** Ends it with `signal`, after 10 s for certain, and waits until it is gone. Safe more than once. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** What to start. */
export interface ServerCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: SystemUser | undefined;
  /** Removed when the test's process ends, whatever has become of the test. */
  readonly folder: string;
  /** Whether it answers; asked until it does. */
  readonly isReady: () => Promise<boolean>;
}

/** Starts a server and waits until it answers. @throws Error with what it printed when it ends before */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const [program, args] = endingWithUs(command);
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH ?? '', ...command.environment },
    cwd: command.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(command.user ?? {}),
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  const server = ownedServer(child, command.folder, () => output);
  const deadline = Date.now() + 60_000;
  while (!(await command.isReady())) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      await server.stop('SIGKILL');
      throw new Error(`${command.program} did not start: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return server;
}

/** On Linux the kernel itself ends the server when the test's process is killed; elsewhere only the exit hook does. */
function endingWithUs(command: ServerCommand): [string, string[]] {
  try {
    const setpriv = findProgram('setpriv', ['/usr/bin'], '');
    return [setpriv, ['--pdeathsig', 'SIGINT', command.program, ...command.arguments]];
  } catch {
    return [command.program, [...command.arguments]];
  }
}

function ownedServer(child: ChildProcess, folder: string, output: () => string): ServerProcess {
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  const onExit = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  return {
    pid: child.pid ?? 0,
    output,
    stop: async (signal) => {
      process.removeListener('exit', onExit);
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    },
  };
}
