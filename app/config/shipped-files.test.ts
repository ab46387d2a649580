import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultChangeTypes } from '../model/change-type.ts';
import { databasesEditorSchema } from './databases-schema.ts';
import { editorSchemas } from './editor-schemas.ts';
import { loadConfiguration } from './load-configuration.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-shipped-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function load(databasesFile: string) {
  return loadConfiguration({
    databasesFile: resolve(root, databasesFile),
    settingsFile: join(root, 'config/settings.yaml'),
    settingsRequired: true,
    homeDir: '/home/analyst',
    dataDir: '/data',
    machineZone: 'UTC',
    user: 'analyst',
    rulesDirectory: join(root, 'config/rules'),
  });
}

describe('the shipped configuration', () => {
  it.each([
    ['databases.yaml', true, 'duckdb'],
    ['config/databases.oracle.example.yaml', false, 'oracle'],
  ])('%s loads, with one source for each of the four change types', async (file, sampleData, driver) => {
    const loaded = await load(file);
    expect(loaded).toMatchObject({ ok: true, configuration: { sampleData, databases: [{ driver }, { driver }] } });
    const sources = loaded.ok ? loaded.configuration.databases.flatMap(({ queries }) => queries) : [];
    expect(sources.map(({ changeType }) => changeType).toSorted()).toEqual([...defaultChangeTypes].toSorted());
    for (const { bindNames } of sources) expect(bindNames).toEqual(['start_date']);
  });

  it.each([
    ['Kerberos', /^(?:user: CAM_READER|password_env: CAM_CLIENT_PASSWORD|region:)|^binds: +#/],
    ['a password', /^(?:kerberos|principal|cache|region):|^binds: +#/],
  ])('the example also loads with its commented keys taken in, for %s', async (_way, leftOut) => {
    const text = await readFile(join(root, 'config/databases.oracle.example.yaml'), 'utf8');
    const taken: string[] = [];
    const all = text.replace(/^( *)# ((?: {2})*(?:- )?([a-z0-9_]+:).*)$/gm, (line, indent: string, rest: string, key: string) => {
      if (leftOut.test(rest.trim())) return line;
      taken.push(key);
      return indent + rest;
    });
    expect(taken.length).toBeGreaterThan(30);
    await writeFile(join(folder, 'get_logons.sql'), 'SELECT user_id FROM logons WHERE user_id IN (:client_ids)');
    const file = join(folder, 'databases.yaml');
    await writeFile(file, all.replaceAll('../sql/get_logons.sql', 'get_logons.sql').replaceAll('../sql/', `${root}/sql/`));
    expect(await load(file)).toMatchObject({ ok: true });
  });

  it.each([
    ['settings', ['config/settings.yaml']],
    ['schedules', ['config/schedules.yaml']],
    ['databases', ['databases.yaml', 'config/databases.oracle.example.yaml']],
  ])('names every key of the %s', async (schema, shipped) => {
    const keys = keysOf(JSON.parse(await readFile(join(root, `config/schemas/${schema}.schema.json`), 'utf8')));
    expect(keys.length).toBeGreaterThan(25);
    const text = (await Promise.all(shipped.map((file) => readFile(join(root, file), 'utf8')))).join('\n');
    expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(text))).toEqual([]);
  });

  it('is sound for editors too', async () => {
    for (const file of ['databases.yaml', 'config/databases.oracle.example.yaml']) {
      expect(databasesEditorSchema.safeParse(parse(await readFile(join(root, file), 'utf8'))).error).toBeUndefined();
    }
  });

  it('has the settings file say the defaults', async () => {
    const loaded = await load('databases.yaml');
    const defaults = await loadConfiguration({
      databasesFile: join(root, 'databases.yaml'),
      settingsFile: join(root, 'config/nothing-here.yaml'),
      homeDir: '/home/analyst',
      dataDir: '/data',
      machineZone: 'UTC',
      user: 'analyst',
      rulesDirectory: join(root, 'config/rules'),
    });
    expect(loaded.ok && loaded.configuration.settings).toEqual(defaults.ok && defaults.configuration.settings);
  });

  it("has current schemas for editors (else run 'node build/write-schemas.ts')", async () => {
    const schemas = join(root, 'config/schemas');
    const onDisk = Object.fromEntries(
      await Promise.all((await readdir(schemas)).map(async (name) => [name, await readFile(join(schemas, name), 'utf8')] as const)),
    );
    expect(onDisk).toEqual(editorSchemas());
  });
});

/** Every name that stands under `properties` anywhere in a JSON schema. */
function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties ?? {}) : [];
  return [...new Set([...own, ...Object.values(schema).flatMap(keysOf)])];
}
