import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { absoluteArguments, desktopArguments, desktopFiles, foreignArguments, type DesktopSurroundings } from './desktop-files.ts';

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cam-files-'));
  mkdirSync(join(base, 'resources', 'configuration', 'sql'), { recursive: true });
  writeFileSync(join(base, 'resources', 'configuration', 'databases.yaml'), 'shipped');
  writeFileSync(join(base, 'resources', 'configuration', 'sql', 'a.sql'), 'SELECT 1');
});

afterEach(() => {
  rmSync(base, { recursive: true });
});

const around = (change: Partial<DesktopSurroundings> = {}): DesktopSurroundings => ({
  argv: [],
  workingDirectory: join(base, 'here'),
  isPackaged: true,
  appPath: join(base, 'resources', 'app.asar'),
  resourcesPath: join(base, 'resources'),
  userData: join(base, 'user'),
  ...change,
});

describe('the command line of the desktop', () => {
  it('is read as by the browser host, whatever Chromium adds', () => {
    expect(desktopArguments(['/checkout', '--config', 'a.yaml', '--data=/d', '--no-sandbox', '--remote-debugging-port=0', '-v'])).toEqual({
      config: 'a.yaml',
      settings: undefined,
      data: '/d',
    });
  });

  it('without a value for an option is as if the option were not there', () => {
    expect(desktopArguments(['--data=', '--config'])).toEqual({ config: undefined, settings: undefined, data: undefined });
  });
});

describe('what is left of the command line', () => {
  it('are the arguments that are none of ours, in their order', () => {
    const argv = ['/checkout', '--config', 'a.yaml', '--no-sandbox', '--data=/d', '-v', '--settings', 's.yaml', '--lang=de'];
    expect(foreignArguments(argv)).toEqual(['/checkout', '--no-sandbox', '-v', '--lang=de']);
  });

  it('names files as they are seen from where the program was started', () => {
    const here = join(base, 'here');
    expect(absoluteArguments(['--config', 'a.yaml', `--data=${join(base, 'd')}`], here)).toEqual({
      config: join(here, 'a.yaml'),
      settings: undefined,
      data: join(base, 'd'),
    });
  });
});

describe('the files of the desktop', () => {
  it('of a checkout are its own', async () => {
    expect(await desktopFiles(around({ isPackaged: false, appPath: join(base, 'checkout') }))).toEqual({
      databasesFile: join(base, 'checkout', 'databases.yaml'),
      settingsFile: join(base, 'checkout', 'config', 'settings.yaml'),
      settingsRequired: false,
      dataDirectory: join(base, 'checkout', '.cam'),
      sqlDirectory: join(base, 'checkout', 'sql'),
      rulesDirectory: join(base, 'checkout', 'config', 'rules'),
    });
  });

  it('of a package are copied for the user once, and never overwritten', async () => {
    const files = await desktopFiles(around());
    expect(files).toEqual({
      databasesFile: join(base, 'user', 'configuration', 'databases.yaml'),
      settingsFile: join(base, 'user', 'configuration', 'config', 'settings.yaml'),
      settingsRequired: false,
      dataDirectory: join(base, 'user', 'configuration', '.cam'),
      sqlDirectory: join(base, 'resources', 'configuration', 'sql'),
      rulesDirectory: join(base, 'resources', 'configuration', 'config', 'rules'),
    });
    expect(readFileSync(join(base, 'user', 'configuration', 'sql', 'a.sql'), 'utf8')).toBe('SELECT 1');
    writeFileSync(files.databasesFile, 'mine');
    rmSync(join(base, 'user', 'configuration', 'sql'), { recursive: true });
    await desktopFiles(around());
    expect(readFileSync(files.databasesFile, 'utf8')).toBe('mine');
  });

  it('of a package that could not be copied to the end are copied by the next start', async () => {
    // Of a socket no copy can be made: the copy ends in the middle of it.
    const server = createServer().listen(join(base, 'resources', 'configuration', 'sql', 'b.sql'));
    await once(server, 'listening');
    await expect(desktopFiles(around())).rejects.toThrow('socket');
    server.close();
    await once(server, 'close');
    await desktopFiles(around());
    const own = join(base, 'user', 'configuration');
    expect(readFileSync(join(own, 'sql', 'a.sql'), 'utf8')).toBe('SELECT 1');
    expect(readdirSync(own).sort()).toEqual(['databases.yaml', 'sql']);
  });

  it('of a package never stand half-written where they are read, and what an earlier start left half is made anew', async () => {
    const own = join(base, 'user', 'configuration');
    mkdirSync(join(own, '.new', 'sql'), { recursive: true });
    writeFileSync(join(own, '.new', 'sql', 'a.sql'), 'SEL');
    mkdirSync(join(own, 'config'));
    writeFileSync(join(own, 'config', 'settings.yaml'), 'mine');
    mkdirSync(join(base, 'resources', 'configuration', 'config'));
    writeFileSync(join(base, 'resources', 'configuration', 'config', 'settings.yaml'), 'shipped');
    const { settingsFile } = await desktopFiles(around());
    expect([readFileSync(settingsFile, 'utf8'), readFileSync(join(own, 'sql', 'a.sql'), 'utf8')]).toEqual(['mine', 'SELECT 1']);
    expect(readdirSync(own).sort()).toEqual(['config', 'databases.yaml', 'sql']);
  });

  it('named on the command line are used, from where the program was started', async () => {
    const files = await desktopFiles(around({ argv: ['--config', 'my/databases.yaml', '--data', 'data', '--settings', '/etc/cam.yaml'] }));
    expect(files).toMatchObject({
      databasesFile: join(base, 'here', 'my', 'databases.yaml'),
      settingsFile: '/etc/cam.yaml',
      settingsRequired: true,
      dataDirectory: join(base, 'here', 'data'),
    });
    expect(() => readFileSync(join(base, 'user', 'configuration', 'databases.yaml'))).toThrow('ENOENT');
  });
});
