/** Starts the program in each of its hosts and hands over its window. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { _electron, type Browser, chromium, type Page } from 'playwright';
import { installedElectron } from '../../build/electron-binary.mjs';
import { findChromium } from '../../build/find-chromium.mjs';
import { type Project, root } from './project.ts';
import type { HostName } from './which-hosts.ts';

/** The program, running. */
export interface RunningHost {
  /** Its first window, on the page. */
  readonly page: Page;
  /** Origin of the page, such as `http://127.0.0.1:1234` or `cam://app`. */
  readonly origin: string;
  /** Process id of the host. */
  readonly pid: number;
  /** URLs of everything that any window has asked for. */
  readonly requests: readonly string[];
  /** Messages of pages that something went wrong in (exceptions, refused scripts). */
  readonly pageErrors: readonly string[];
  /** Another window of the same program. */
  openSecondWindow(): Promise<Page>;
  /** Ends the program as a person would, and waits until it is gone. */
  close(): Promise<void>;
}

/** How a window looks. */
export interface Look {
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

const usualLook: Look = { colorScheme: 'light', width: 1280, height: 800 };

/** Starts the program of `project` in one host. */
export async function startHost(name: HostName, project: Project, look: Look = usualLook): Promise<RunningHost> {
  return name === 'browser' ? await startBrowser(project, look) : await startDesktop(project, look);
}

/** What was seen of the pages. */
class Watch {
  readonly requests: string[] = [];
  readonly pageErrors: string[] = [];

  page(page: Page): Page {
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('pageerror', (error) => this.pageErrors.push(error.message));
    return page;
  }
}

async function startBrowser(project: Project, look: Look): Promise<RunningHost> {
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'app/hosts/cam.ts', 'serve', '--port', '0', '--no-open', ...places(project)],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TZ: 'UTC' },
    },
  );
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await end(server);
  };
  try {
    const address = await printedAddress(server);
    browser = await chromium.launch({ executablePath: findChromium(), args: isRoot() ? ['--no-sandbox'] : [] });
    const context = await browser.newContext({
      colorScheme: look.colorScheme,
      viewport: { width: look.width, height: look.height },
      timezoneId: 'UTC',
    });
    const watch = new Watch();
    const page = watch.page(await context.newPage());
    await page.goto(address);
    const { origin } = new URL(address);
    return {
      page,
      origin,
      pid: server.pid ?? 0,
      requests: watch.requests,
      pageErrors: watch.pageErrors,
      openSecondWindow: async () => {
        const second = watch.page(await context.newPage());
        await second.goto(origin);
        return second;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startDesktop(project: Project, look: Look): Promise<RunningHost> {
  const executablePath = installedElectron();
  if (executablePath === undefined) throw new Error('the Electron binary is not here');
  const program = await _electron.launch({
    executablePath,
    args: [root, ...places(project), ...(isRoot() ? ['--no-sandbox'] : [])],
    env: { ...process.env, TZ: 'UTC' },
    colorScheme: look.colorScheme,
  });
  const watch = new Watch();
  const page = watch.page(await program.firstWindow());
  await program.evaluate(
    ({ BrowserWindow }, size) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height);
    },
    { width: look.width, height: look.height },
  );
  return {
    page,
    origin: 'cam://app',
    pid: program.process().pid ?? 0,
    requests: watch.requests,
    pageErrors: watch.pageErrors,
    openSecondWindow: async () => {
      const opened = program.waitForEvent('window');
      await program.evaluate(({ Menu }) => {
        Menu.getApplicationMenu()?.getMenuItemById('new-window')?.click();
      });
      return watch.page(await opened);
    },
    close: async () => {
      // Nobody is there to answer the question whether to end a run.
      await program.evaluate(({ dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
      });
      await program.close();
    },
  };
}

function places(project: Project): string[] {
  return ['--config', project.databasesFile, '--data', project.dataDirectory];
}

/** Chromium's own sandbox does not work for root. */
function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function printedAddress(server: ChildProcess): Promise<string> {
  let printed = '';
  const address = new Promise<string>((resolve) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(printed);
        if (found !== null) resolve(found[0]);
      });
    }
  });
  const ended = once(server, 'exit').then(([code]: unknown[]) => {
    throw new Error(`cam serve ended with ${String(code)} and printed:\n${printed}`);
  });
  ended.catch(() => undefined);
  return await Promise.race([address, ended]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
