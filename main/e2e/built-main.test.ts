import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../app/contract/client.ts';
import type { CamClient } from '../../app/contract/methods.ts';
import { expectedSample } from '../../app/engine/sample-data.ts';
import { stubElectron } from '../testing/electron-stub.ts';
import { forkUtilityProcess } from '../testing/utility-process-stub.ts';
import { childProcesses, isAlive } from './processes.ts';
import { type Project, root, sampleProject } from './project.ts';

// The entry as it was built, over a stand-in for the module `electron`: it makes its own core, with the built programs in processes of
// their own. How Electron itself behaves cannot be seen here.

const electron = stubElectron();
vi.mock('electron', () => ({ ...electron.parts }));

const patience = { timeout: 60_000 };
const argv = process.argv;
let project: Project;
let client: CamClient;

beforeAll(async () => {
  project = sampleProject();
  electron.app.appPath = root;
  electron.parts.utilityProcess.fork = forkUtilityProcess as typeof electron.parts.utilityProcess.fork;
  process.argv = [...argv.slice(0, 1), root, '--config', project.databasesFile, '--data', project.dataDirectory];
  await import(join(root, 'out', 'main', 'index.js'));
  await vi.waitUntil(() => electron.app.windows.length === 1, patience);
  const { webContents } = electron.app.windows[0]!;
  client = createClient({
    invoke: (method, input) => electron.ipcMain.invoke({ sender: webContents, senderFrame: webContents.mainFrame }, method, input),
    subscribe: (listener) => {
      webContents.send = (_channel: unknown, event: unknown, payload: unknown) => {
        listener(event as string, payload);
      };
      return () => undefined;
    },
  });
});

afterAll(() => {
  process.argv = argv;
  project.remove();
});

describe('the built main process', () => {
  it('keeps what is its own below the data folder that it was given', () => {
    expect(electron.app.getPath('userData')).toBe(join(project.dataDirectory, 'desktop'));
    expect(electron.app.handedOver).toMatchObject({ config: project.databasesFile, data: project.dataDirectory });
  });

  it('runs the sample analysis with the built programs, and ends without leaving a process behind', async () => {
    expect(await client.call('app.info', {})).toMatchObject({ host: 'desktop' });
    const ended = new Promise<string>((resolve) => {
      client.on('run.event', ({ event }) => {
        if (event.kind === 'run-ended') resolve(event.outcome);
      });
    });
    const { runId } = await client.call('run.start', { lastEvent: 'now' });
    expect(await ended).toBe('succeeded');
    const page = await client.call('result.page', { runId, request: { table: { kind: 'confirmed' }, offset: 0, limit: 100, filters: [] } });
    expect(page.rows.map((row) => row[0])).toEqual(expectedSample.confirmed);
    const processes = childProcesses(process.pid);
    expect(processes.length).toBeGreaterThan(0);
    electron.app.quit();
    await expect.poll(() => electron.app.calls.at(-1), patience).toBe('gone');
    expect(processes.filter((pid) => isAlive(pid))).toEqual([]);
  });
});
