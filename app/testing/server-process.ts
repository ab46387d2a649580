/** Real servers for tests: found on the machine, started on a free port of loopback, gone when the test's process is gone. */
import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
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
  /** Ends it, after some 3 s for certain, removes its folder, and waits until both are gone. Safe more than once. */
  readonly stop: () => Promise<void>;
}

/** What to start. */
export interface ServerCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: SystemUser | undefined;
  /** The server's own folder; removed with it. */
  readonly folder: string;
  /** Name of the signal that ends it at once, leaving nothing behind, such as `TERM`. */
  readonly endSignal: string;
  /** Whether it answers; asked until it does. */
  readonly isReady: () => Promise<boolean>;
}

/** Starts a server and waits until it answers. @throws Error with what it printed when it ends before */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const child = spawn(command.program, command.arguments, {
    env: { PATH: process.env.PATH ?? '', ...command.environment },
    cwd: command.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(command.user ?? {}),
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  let hasEnded = false;
  child.once('exit', () => (hasEnded = true));
  child.once('error', (error) => {
    output += error.message;
    hasEnded = true;
  });
  const server = { pid: child.pid ?? 0, output: () => output, stop: endingWithUs(child.pid, command) };
  const deadline = Date.now() + 60_000;
  while (!(await command.isReady())) {
    if (isTrue(hasEnded) || Date.now() > deadline) {
      await server.stop();
      throw new Error(`${command.program} did not start: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return server;
}

/** What a callback has set is not what the compiler saw last. */
function isTrue(value: boolean): boolean {
  return value;
}

/** Waits until the test's process closes the pipe or is gone, however it went; then ends the server and clears up. */
const undertaker = `
cat > /dev/null
kill -s "$2" "$1" 2> /dev/null
rounds=0
while kill -0 "$1" 2> /dev/null && [ $rounds -lt 60 ]; do sleep 0.05; rounds=$((rounds + 1)); done
kill -s KILL "$1" 2> /dev/null
rm -rf -- "$3"
`;

function endingWithUs(pid: number | undefined, { folder, endSignal }: ServerCommand): () => Promise<void> {
  const watch = spawn('/bin/sh', ['-c', undertaker, 'undertaker', String(pid ?? ''), endSignal, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const done = new Promise<void>((resolve) => {
    watch.once('close', () => {
      resolve();
    });
  });
  return () => {
    watch.stdin.end();
    return done;
  };
}
