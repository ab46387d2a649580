import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../app/base/clock.ts';
import { silentLogger } from '../app/base/logger.ts';
import { createClient } from '../app/contract/client.ts';
import type { CamClient } from '../app/contract/methods.ts';
import { expectedSample } from '../app/engine/sample-data.ts';
import { startOracleListener } from '../app/testing/oracle-wire/listener.ts';
import { fixedRows } from '../app/testing/oracle-wire/wire-test.ts';
import type { App } from '../app/services/create-app.ts';
import { runDesktop } from './desktop-app.ts';
import { startDesktopCore } from './desktop-core.ts';
import { childProcesses, isAlive } from './e2e/processes.ts';
import { type Project, projectOf, root, sampleProject, slowProject } from './e2e/project.ts';
import { stubElectron } from './testing/electron-stub.ts';
import { forkUtilityProcess } from './testing/utility-process-stub.ts';

// The real core behind a stand-in for Electron: a window's calls go through the IPC server, and workers and engine are real
// processes that speak through `process.parentPort`.

/** How long a busy machine may take. */
const patience = { timeout: 30_000 };

let core: App | undefined;
let project: Project | undefined;

afterEach(async () => {
  await core?.close();
  project?.remove();
});

async function startDesktop(files: Project) {
  project = files;
  const electron = stubElectron();
  electron.parts.utilityProcess.fork = forkUtilityProcess as typeof electron.parts.utilityProcess.fork;
  const entry = (name: string): string => join(root, 'app', 'hosts', `${name}-entry.ts`);
  await runDesktop(electron.parts, {
    paths: {
      renderer: join(root, 'renderer'),
      preload: '',
      workerEntry: entry('worker'),
      engineEntry: entry('engine'),
      oracleProbeEntry: entry('oracle-probe'),
      windowBounds: join(files.directory, 'window.json'),
      secrets: join(files.directory, 'secrets.json'),
      icon: undefined,
    },
    start: { given: {}, rest: [] },
    environment: process.env,
    platform: process.platform,
    killNow: (pid) => {
      process.kill(pid, 'SIGKILL');
    },
    clock: systemClock,
    logger: silentLogger,
    startCore: async (ports) => {
      core = await startDesktopCore(
        {
          app: Object.assign(electron.app, { appPath: root, userData: join(files.directory, 'user') }),
          argv: ['--no-sandbox', '--config', files.databasesFile, '--data', files.dataDirectory],
          workingDirectory: files.directory,
          resourcesPath: '/nowhere',
          historyEntry: entry('history'),
          environment: { ...process.env, CAM_TEST_DRIVERS: undefined },
        },
        ports,
      );
      return core;
    },
  });
  return { electron, client: windowClient(electron) };
}

/** The client of the first window, over the stand-in's IPC. */
function windowClient({ app, ipcMain }: ReturnType<typeof stubElectron>): CamClient {
  const { webContents } = app.windows[0]!;
  return createClient({
    invoke: (method, input) => ipcMain.invoke({ sender: webContents, senderFrame: webContents.mainFrame }, method, input),
    subscribe: (listener) => {
      webContents.send = (_channel: unknown, event: unknown, payload: unknown) => {
        listener(event as string, payload);
      };
      return () => undefined;
    },
  });
}

/** Resolves when a run has ended; tells how. */
function runEnd(client: CamClient): Promise<string> {
  return new Promise((resolve) => {
    client.on('run.event', ({ event }) => {
      if (event.kind === 'run-ended') resolve(event.outcome);
    });
  });
}

/** One Oracle database that is entered with a password, of which the environment knows nothing. */
function passwordProject(port: number): Project {
  return projectOf({
    'databases.yaml': `databases:
  - name: clients
    driver: oracle
    host: 127.0.0.1
    port: ${String(port)}
    service_name: TESTDB
    user: reader
    password_env: CAM_NOT_SET
    sql_queries:
      - name: emails
        change_type: email
        query_location: emails.sql
`,
    'emails.sql': 'SELECT user_id, change_date FROM changes WHERE change_date >= :start_date',
  });
}

describe('the desktop with its real core', () => {
  it('runs the sample analysis over utility processes', async () => {
    const { client, electron } = await startDesktop(sampleProject());
    expect(await client.call('app.info', {})).toMatchObject({ host: 'desktop', can: { pickFiles: true, openPaths: true } });
    const ended = runEnd(client);
    const { runId } = await client.call('run.start', { lastEvent: 'now' });
    expect([...electron.powerSaveBlocker.on.values()]).toEqual(['prevent-app-suspension']);
    expect(await ended).toBe('succeeded');
    await expect.poll(() => electron.powerSaveBlocker.on.size).toBe(0);
    const { state } = await client.call('run.snapshot', { runId });
    expect(Object.values(state.databases).every(({ processId = 0 }) => processId > 0)).toBe(true);
    const page = await client.call('result.page', { runId, request: { table: { kind: 'confirmed' }, offset: 0, limit: 100, filters: [] } });
    expect(page.rows.map((row) => row[0])).toEqual(expectedSample.confirmed);
  });

  it('shows in the file manager only what it has exported', async () => {
    const { client, electron } = await startDesktop(sampleProject());
    const ended = runEnd(client);
    const { runId } = await client.call('run.start', { lastEvent: 'now' });
    await ended;
    const { path } = await client.call('report.export', { runId, table: { kind: 'confirmed' }, filters: [], format: 'csv' });
    await client.call('desktop.showExport', { path });
    await expect(client.call('desktop.showExport', { path: '/etc/passwd' })).rejects.toMatchObject({
      failure: { code: 'request.forbidden' },
    });
    expect(electron.showItemInFolder.mock.calls).toEqual([[path]]);
  });

  it('keeps a password in the key store, and gives it to the process of its database and to nobody else', async () => {
    const listener = await startOracleListener({
      users: { reader: 'correct horse' },
      execute: fixedRows(
        [
          { name: 'USER_ID', type: 'varchar' },
          { name: 'CHANGE_DATE', type: 'date' },
        ],
        [],
      ),
    });
    try {
      const { client, electron } = await startDesktop(passwordProject(listener.port));
      const missing = await client.call('databases.check', {});
      expect(missing.sources.map((source) => source.failure?.code)).toEqual(['db.auth']);
      expect(listener.sessions()).toEqual([]);
      const kept = await client.call('secrets.set', { database: 'clients', password: 'correct horse' });
      expect(kept).toEqual({
        databases: [{ database: 'clients', user: 'reader', isStored: true, variable: 'CAM_NOT_SET', isVariableSet: false }],
      });
      const found = await client.call('databases.check', {});
      expect(found.sources.map((source) => source.failure)).toEqual([undefined]);
      expect(readFileSync(join(project!.directory, 'secrets.json'), 'utf8')).not.toContain('horse');
      electron.safeStorage.backend = 'basic_text';
      expect((await client.call('secrets.list', {})).refusal).toContain('no password manager');
      await expect(client.call('secrets.set', { database: 'clients', password: 'x' })).rejects.toMatchObject({
        failure: { code: 'request.forbidden' },
      });
      expect((await client.call('databases.check', {})).sources[0]?.failure?.code).toBe('db.auth');
      electron.safeStorage.backend = 'gnome_libsecret';
      expect((await client.call('secrets.delete', { database: 'clients' })).databases[0]?.isStored).toBe(false);
    } finally {
      await listener.close();
    }
  });

  it('opens the mail draft of a run', async () => {
    const { client, electron } = await startDesktop(sampleProject());
    const ended = runEnd(client);
    const { runId } = await client.call('run.start', { lastEvent: 'now' });
    await ended;
    await client.call('desktop.openMail', { runId });
    expect(electron.openExternal.mock.calls[0]?.[0]).toMatch(/^mailto:/);
  });

  it('that is ended during a run asks, cancels, and leaves no process behind', async () => {
    const { client, electron } = await startDesktop(slowProject());
    electron.dialog.showMessageBox.mockResolvedValue({ response: 1 });
    const { runId } = await client.call('run.start', { lastEvent: 'now' });
    const states = async (): Promise<string[]> => {
      const { state } = await client.call('run.snapshot', { runId });
      return Object.values(state.sources).map(({ status }) => status);
    };
    await expect.poll(async () => (await states()).sort(), patience).toEqual(['completed', 'completed', 'running', 'running']);
    const processes = childProcesses(process.pid);
    expect(processes.length).toBeGreaterThanOrEqual(2);
    const ended = runEnd(client);
    electron.app.quit();
    expect(await ended).toBe('cancelled');
    await expect.poll(() => electron.app.calls.at(-1), patience).toBe('gone');
    expect(processes.filter((pid) => isAlive(pid))).toEqual([]);
  });
});
