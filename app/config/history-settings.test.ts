import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';
import { YamlSource } from './yaml-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cam-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function read(text: string) {
  const file = join(folder, 'settings.yaml');
  writeFileSync(file, text);
  const source = new YamlSource(file, text);
  const { settings } = readSettings(source, { homeDir: '/home/a', dataDir: '/data', machineZone: 'UTC', user: 'a' });
  return { history: settings.history, problems: source.problems.map(({ key, message, action }) => `${key}: ${message} ${action}`) };
}

describe('the settings of the history', () => {
  it('keep it in the data folder unless they say otherwise', () => {
    expect(read('history:\n')).toEqual({ history: { directory: '/data/history' }, problems: [] });
  });

  it('name a team database and the variable of its password, and a folder beside the file', () => {
    const { history, problems } = read(
      'history: {url: "postgres://cam@db.example.com:5432/cam?sslmode=require", password_env: CAM_HISTORY, directory: records}',
    );
    expect(problems).toEqual([]);
    expect(history).toEqual({
      url: 'postgres://cam@db.example.com:5432/cam?sslmode=require',
      passwordEnv: 'CAM_HISTORY',
      directory: join(folder, 'records'),
    });
  });

  it.each(['postgres://cam:secret@db/cam', 'postgres://cam@db/cam?password=secret', 'mysql://cam@db/cam', 'postgres://cam@db', 'db:5432'])(
    'refuse %s, and say how an address is written',
    (url) => {
      const { problems } = read(`history: {url: "${url}"}`);
      expect(problems).toEqual([expect.stringContaining('Write postgres://user@host:port/database, without a password.')]);
    },
  );
});
