import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../app/services/create-app.ts';
import { type DesktopCorePorts, startDesktopCore } from './desktop-core.ts';
import { root, sampleProject } from './e2e/project.ts';
import { StubApp } from './testing/app-stub.ts';

let base: string;
let core: App | undefined;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cam-core-'));
});

afterEach(async () => {
  await core?.close();
  core = undefined;
  rmSync(base, { recursive: true, force: true });
});

const ports: DesktopCorePorts = {
  spawn: () => {
    throw new Error('nothing is started before anything is asked for');
  },
  desktop: {},
  secrets: {
    refusal: () => Promise.resolve(undefined),
    read: () => Promise.resolve(undefined),
    write: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  },
};

async function start(argv: readonly string[], app: Partial<StubApp>, environment: NodeJS.ProcessEnv = {}): Promise<App> {
  core = await startDesktopCore(
    {
      app: Object.assign(new StubApp(), { userData: join(base, 'user') }, app),
      argv,
      workingDirectory: base,
      resourcesPath: join(base, 'resources'),
      historyEntry: join(root, 'app/hosts/history-entry.ts'),
      environment,
    },
    ports,
  );
  return core;
}

describe('the core of the desktop', () => {
  it('of a package starts with the configuration that is shipped, copied into the folder of the user', async () => {
    const shipped = join(base, 'resources', 'configuration');
    for (const part of ['databases.yaml', 'config', 'sql']) cpSync(join(root, part), join(shipped, part), { recursive: true });
    const { handlers } = await start([], { isPackaged: true });
    const view = await handlers['config.get']({});
    expect(view.problems).toEqual([]);
    const own = join(base, 'user', 'configuration');
    expect(readFileSync(join(own, 'databases.yaml'), 'utf8')).toBe(readFileSync(join(root, 'databases.yaml'), 'utf8'));
    expect(existsSync(join(own, '.cam'))).toBe(true);
    expect(existsSync(join(shipped, '.cam'))).toBe(false);
    expect(await handlers['app.info']({})).toMatchObject({ host: 'desktop', version: '0.0.0' });
  });

  it('takes the places that the command line names, and starts although they hold mistakes', async () => {
    const project = sampleProject();
    try {
      project.write('databases.yaml', 'databases: 5\n');
      const { handlers } = await start(['--config', project.databasesFile, '--data', 'own', '--no-sandbox'], { appPath: root });
      const { problems } = await handlers['config.get']({});
      expect(problems.map(({ file }) => file)).toContain(project.databasesFile);
      expect(existsSync(join(base, 'own'))).toBe(true);
    } finally {
      project.remove();
    }
  });

  it.each([
    ['in a checkout knows', false],
    ['of a package does not know', true],
  ])('%s the driver that only tests use', async (_what, isPackaged) => {
    const project = sampleProject();
    try {
      project.write('databases.yaml', fakeDatabases);
      project.write('a.sql', 'SELECT 1');
      const argv = ['--config', project.databasesFile, '--data', join(base, 'data')];
      const { handlers } = await start(argv, { isPackaged, appPath: root }, { CAM_TEST_DRIVERS: '1' });
      const { problems } = await handlers['config.get']({});
      expect(problems.length > 0).toBe(isPackaged);
    } finally {
      project.remove();
    }
  });
});

const fakeDatabases = `databases:
  - name: accounts
    driver: fake
    script: rows 5
    sql_queries:
      - name: passwords
        change_type: password
        query_location: a.sql
`;
