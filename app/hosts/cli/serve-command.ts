/** `cam serve`: the window in a browser, over loopback. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { whenAborted } from '../../base/abort.ts';
import { Disposables } from '../../base/disposables.ts';
import { startBrowserHost } from '../browser/server.ts';
import { readPageFiles } from '../browser/page-files.ts';
import { ApiTokens } from '../rest/api-tokens.ts';
import { restPrefix } from '../rest/rest-api.ts';
import { tokenOf } from '../monitoring/bearer.ts';
import { closeApp } from './close-app.ts';
import { type CoreOptions, dataDirectoryOf, programDirectory, programVersion, startCore } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Options of `cam serve`. */
export interface ServeOptions extends Omit<CoreOptions, 'host'> {
  readonly port: number;
  /** False with `--no-open`. */
  readonly open: boolean;
}

/** Serves until `interrupted` is aborted (Ctrl+C). */
export async function serveCommand(options: ServeOptions, terminal: Terminal, interrupted: AbortSignal): Promise<ExitCode> {
  const files = readPageFiles(join(programDirectory, 'out', 'renderer'));
  const metricsToken = tokenOf(process.env);
  const disposables = new Disposables();
  try {
    const app = await startCore({ ...options, host: 'browser' });
    disposables.add(() => closeApp(app, terminal));
    const apiTokens = new ApiTokens();
    const host = await startBrowserHost(app, files, { port: options.port, version: programVersion, metricsToken, apiTokens });
    disposables.add(() => host.close());
    const tokenFiles = await apiTokens.write(join(dataDirectoryOf(options), 'api'), {
      url: `http://127.0.0.1:${String(host.port)}${restPrefix}`,
      port: host.port,
      user: app.config.user,
    });
    disposables.add(tokenFiles.remove);
    const address = host.newAddress();
    terminal.out(`Client Activity Monitor: ${address}\n`);
    terminal.err('The address works once. Press Enter for another one, Ctrl+C to end.\n');
    terminal.err(`Tokens of the REST interface (${restPrefix}/openapi.json) are in ${tokenFiles.paths.join(' and ')}\n`);
    if (options.open && hasDisplay()) openBrowser(address);
    app.warmUp();
    disposables.add(onEnter(() => terminal.out(`${host.newAddress()}\n`)));
    await whenAborted(interrupted);
    return exitCodes.complete;
  } finally {
    await disposables.dispose();
  }
}

/** Calls back for each line that is typed, until the returned function is called. */
function onEnter(listener: () => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  stdin.on('data', listener);
  return () => {
    stdin.off('data', listener).pause();
  };
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}

function openBrowser(address: string): void {
  const child = spawn(openCommand[process.platform] ?? 'xdg-open', [...(openArguments[process.platform] ?? []), address], {
    stdio: 'ignore',
    detached: true,
  });
  // Without a browser the address has been printed anyway.
  child.on('error', () => undefined);
  child.unref();
}

const openCommand: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'rundll32' };
const openArguments: Partial<Record<NodeJS.Platform, readonly string[]>> = { win32: ['url.dll,FileProtocolHandler'] };
