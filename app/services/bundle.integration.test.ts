import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { silentLogger } from '../base/logger.ts';
import { verifyBundle } from '../report/bundle/verify-bundle.ts';
import { fakeSql } from '../testing/fake-script.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';
import { knownFingerprints } from '../report/bundle/known-keys.ts';
import { SigningKeys } from './signing-keys.ts';

let folder: string;
let test: TestApp | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-bundles-'));
});
afterEach(async () => {
  await test?.close();
  test = undefined;
  await rm(folder, { recursive: true, force: true });
});

const sqlOf = (note: string): string =>
  `SELECT * FROM (VALUES ('1', TIMESTAMP '2026-11-20 13:00:00.000001', '${note}'), ('2', TIMESTAMP '2026-11-01 09:00:00', NULL)) AS t(user_id, change_date, note)`;
const database = (type: string): TestDatabase => ({
  name: `db_${type}`,
  driver: 'duckdb',
  queries: [{ name: type, changeType: type, sql: sqlOf(`=a note about ${type}`) }],
});
const refusing: TestDatabase = {
  name: 'db_token',
  driver: 'fake',
  script: {},
  queries: [{ name: 'token', changeType: 'token', sql: fakeSql({ execute: { then: 'fail', code: 'db.unreachable' } }) }],
};

/** All files of a zip as text. */
async function unzipped(path: string): Promise<Readonly<Record<string, string>>> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  const files: Record<string, string> = {};
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    files[entry.fileName] = Buffer.concat(chunks).toString('latin1');
  }
  zip.close();
  return files;
}

describe('the bundle of a run', () => {
  it('holds reports, rows, rule, statements, plan, settings, sources and log, signed and intact, and names what is missing', async () => {
    test = await startTestApp([database('password'), database('email'), database('phone'), refusing]);
    const { plan } = await test.run();
    const written = await test.app.handlers['report.bundle']({ runId: plan.runId });
    expect(written.path).toMatch(/_INCOMPLETE\.zip$/);
    const check = await verifyBundle({ path: written.path, fingerprints: [written.fingerprint], checkedAt: plan.createdAt });
    expect(check).toMatchObject({
      isIntact: true,
      manifest: {
        user: 'X123456',
        lastEvent: plan.lastEvent,
        zone: plan.zone,
        window: plan.window,
        missing: [{ source: 'db_token/token', reason: 'failed', code: 'db.unreachable', window: plan.window }],
        key: { keptIn: 'file of the program' },
      },
    });
    const files = await unzipped(written.path);
    expect(Object.keys(files).filter((name) => !name.endsWith('.parquet'))).toEqual([
      ...['confirmed', 'undetermined']
        .flatMap((kind) => [`${kind}.xlsx`, `${kind}.csv`, `${kind}.meta.json`, `${kind}.json`])
        .map((name) => `report/${name}`),
      ...['001-db-password-password', '002-db-email-email', '003-db-phone-phone'].flatMap((name) => [
        `rows/${name}/columns.json`,
        `rows/${name}/rows.csv`,
      ]),
      ...['001-db-password-password', '002-db-email-email', '003-db-phone-phone', '004-db-token-token'].map((name) => `sql/${name}.sql`),
      ...['rule/rule.yml', 'plan.json', 'settings.json', 'sources.json', 'run.log.jsonl', 'note.txt', 'README.txt'],
      ...['public-key.pem', 'manifest.json', 'manifest.sig'],
    ]);
    expect(files['rows/001-db-password-password/rows.csv']).toBe(
      "user_id,change_date,note\r\n1,2026-11-20 13:00:00.000001,'=a note about password\r\n2,2026-11-01 09:00:00,\r\n",
    );
    expect(files['rows/001-db-password-password/part-0.parquet']?.slice(0, 4)).toBe('PAR1');
    expect(files['sql/002-db-email-email.sql']).toContain('=a note about email');
    expect(files['rule/rule.yml']).toBe(plan.rule.text);
    expect(files['note.txt']).toContain('Missing: db_token/token');
    expect(JSON.parse(files['sources.json'] ?? '')).toMatchObject({ outcome: 'partial', sources: [{ rows: 2, attempt: 1 }, {}, {}, {}] });
    expect(files['run.log.jsonl']).toContain('source failed');
    expect(check.manifest?.log).toMatchObject({ dropped: 0, isWhole: true });
    expect(files['report/undetermined.json']).toContain('"1"');
  });

  it('has no secret in it', async () => {
    const server = { host: '127.0.0.1', port: 1, database: 'x', user: 'reader', password_env: 'DB_PASSWORD' };
    const closed: TestDatabase = {
      name: 'closed',
      driver: 'postgres',
      server,
      queries: [{ name: 'token', changeType: 'token', sql: 'SELECT 1' }],
    };
    test = await startTestApp(
      [database('password'), closed],
      { query: { retries: 0 } },
      { environment: { DB_PASSWORD: 'hunter2-secret' } },
    );
    const { plan } = await test.run();
    const { path } = await test.app.handlers['report.bundle']({ runId: plan.runId });
    const all = JSON.stringify(await unzipped(path));
    expect(all).toContain('DB_PASSWORD');
    expect(all).not.toContain('hunter2-secret');
    expect(all).not.toContain('PRIVATE KEY');
  });

  it('is made only of a run that has ended and is kept, and is shown as a file of this program', async () => {
    test = await startTestApp([database('password')]);
    const { app } = test;
    await expect(app.handlers['report.bundle']({ runId: 'gone' })).rejects.toMatchObject({ failure: { code: 'not.found' } });
    const { runId } = await app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
    await expect(app.handlers['report.bundle']({ runId })).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
    await app.runs.get(runId).ended;
    const { path } = await app.handlers['report.bundle']({ runId });
    expect(app.reports.hasExported(path)).toBe(true);
    await expect(app.bundles.write({ runId }, path)).rejects.toMatchObject({ failure: { code: 'export.failed' } });
  });
});

describe('the key that signs', () => {
  const keysIn = (secrets?: ConstructorParameters<typeof SigningKeys>[0]['secrets']): SigningKeys =>
    new SigningKeys({ dataDirectory: folder, ...(secrets === undefined ? {} : { secrets }) }, silentLogger);
  const file = (): string => join(folder, 'keys', 'evidence-bundle-signing-key.pem');

  it('is made once, and lies in a file that only its owner may read where there is no store', async () => {
    const [first, same] = await Promise.all([keysIn().get(), keysIn().get()]);
    expect(first.key).toEqual(same.key);
    expect(first.key.keptIn).toBe('file of the program');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    await chmod(file(), 0o644);
    expect((await keysIn().get()).key).toEqual(first.key);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('lies in the store where there is one, and then in no file', async () => {
    const kept = new Map<string, string>();
    const store = {
      refusal: () => Promise.resolve(undefined),
      read: (name: string) => Promise.resolve(kept.get(name)),
      write: (name: string, secret: string) => Promise.resolve(void kept.set(name, secret)),
      remove: () => Promise.resolve(),
    };
    const made = await keysIn(store).get();
    expect(made.key.keptIn).toBe('system store');
    expect([...kept.values()]).toEqual([made.privateKey]);
    expect((await keysIn(store).get()).key).toEqual(made.key);
    await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' });
    const refusing = { ...store, refusal: () => Promise.resolve('This desktop has no password manager.') };
    expect((await keysIn(refusing).get()).key.keptIn).toBe('file of the program');
  });

  it('is told to whoever checks bundles here, whether it lies in a file or in the store, once', async () => {
    expect(await knownFingerprints(folder)).toEqual([]);
    const { key } = await keysIn().get();
    await keysIn().get();
    expect(await knownFingerprints(folder)).toEqual([key.fingerprint]);
    await rm(file());
    const { key: next } = await keysIn().get();
    expect(await knownFingerprints(folder)).toEqual([key.fingerprint, next.fingerprint]);
  });

  it('that cannot be used is said, with its path', async () => {
    await keysIn().get();
    await writeFile(file(), 'no key');
    await expect(keysIn().get()).rejects.toMatchObject({
      failure: { code: 'export.failed', message: expect.stringContaining(file()) as string },
    });
  });
});
