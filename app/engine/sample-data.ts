/** The sample databases that the program shows before it is given real ones. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { CamError, failure } from '../model/failure.ts';
import { instantFromMs } from '../model/instant.ts';

/** Names of the sample databases; `<name>.duckdb` is made by `sample/<name>.sql`. */
const databaseNames = ['client_activity_analysis', 'account_activity_analysis'] as const;

/** A window of 24 hours that ends at any time within this after the sample was made holds all its matches. */
const freshForMs = 12 * 3_600_000;

/** Stands beside the files that this program made. Where it does not, a file of the same name is somebody's own and never replaced. */
const markerName = 'these-are-samples.txt';
const markerText = 'The databases in this folder are samples. The program replaces them when they are older than half a day.\n';

/** What a temporary file left behind by a process that died is at least as old as. */
const abandonedAfterMs = 3_600_000;

/** What the sample holds for every last event time from the moment it was made to twelve hours later, with a window of 24 hours. */
export const expectedSample = {
  /** Clients in the story. */
  clients: 5_000,
  /** Ids of the clients with all four changes in the window, in order of their number. */
  confirmed: [
    '1007919',
    '1015838',
    '1023757',
    '1031676',
    '1039595',
    '1047514',
    '1055433',
    '1063352',
    '1071271',
    '1079190',
    '1087109',
    '1095028',
  ],
  /** Clients with three of the four in the window; a missing source makes some of them undetermined. */
  threeOfFour: 25,
  /** Clients with all four, but within more than 24 hours. */
  tooWide: 9,
} as const;

/** Where the sample lies and what it is made from. Paths are absolute. */
export interface SampleInput {
  /** Folder of the database files; made if need be. */
  readonly directory: string;
  /** Folder of the shipped SQL texts. */
  readonly sqlDirectory: string;
  /** Now, in milliseconds since 1970-01-01 UTC; the sample ends an hour before. */
  readonly nowMs: number;
}

/**
 * Makes both sample databases if one is missing or older than twelve hours; their times end shortly before `nowMs`.
 *
 * Each is made under a temporary name and renamed, so whoever opens one never sees half of it, and two processes may do
 * this at once: the later one wins. Where the system does not let an open file be replaced, the old one stays.
 * @throws CamError `config.invalid` when a file there was not made by this program; Error when one is missing and cannot be made
 */
export async function ensureSampleData(input: SampleInput): Promise<{ readonly files: readonly string[] }> {
  const files = databaseNames.map((name) => join(input.directory, `${name}.duckdb`));
  const fresh = await Promise.all(files.map((file) => isFresh(file, input.nowMs)));
  // Both tell one story, so both are made from the same moment.
  if (fresh.every(Boolean)) return { files };
  await claim(input.directory, files);
  await removeAbandoned(input);
  const made = files.map((file) => ({ file, temporary: `${file}.${randomBytes(6).toString('hex')}.tmp` }));
  try {
    for (const [index, name] of databaseNames.entries()) await makeDatabase(input, name, made[index]?.temporary ?? '');
    for (const { file, temporary } of made) await putInPlace(temporary, file, input.nowMs);
  } catch (error) {
    if (!(await Promise.all(files.map(isThere))).every(Boolean)) throw error;
  } finally {
    for (const { temporary } of made) await Promise.all([rm(temporary, { force: true }), rm(`${temporary}.wal`, { force: true })]);
  }
  return { files };
}

/** Makes the folder the samples' own, unless databases of somebody's lie in it. */
async function claim(directory: string, files: readonly string[]): Promise<void> {
  const marker = join(directory, markerName);
  if (await isThere(marker)) return;
  for (const file of files) {
    if (!(await isThere(file))) continue;
    throw new CamError(
      failure('config.invalid', {
        message: `${file} is no sample that this program made, so it is not replaced.`,
        action: 'Take sample: true out of databases.yaml, or name another path for the sample.',
      }),
    );
  }
  await mkdir(directory, { recursive: true });
  await writeFile(marker, markerText);
}

async function isFresh(file: string, nowMs: number): Promise<boolean> {
  const madeAtMs = await stat(file).then(
    (found) => found.mtimeMs,
    () => undefined,
  );
  // A time in the future is a clock that was set back: the sample would lie outside every window.
  return madeAtMs !== undefined && madeAtMs <= nowMs + 1_000 && nowMs - madeAtMs < freshForMs;
}

async function putInPlace(temporary: string, file: string, nowMs: number): Promise<void> {
  // A log of an earlier file, left by whoever wrote into it, must not be replayed into the new one.
  await rm(`${file}.wal`, { force: true });
  await rename(temporary, file);
  await utimes(file, nowMs / 1000, nowMs / 1000);
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function makeDatabase({ sqlDirectory, nowMs }: SampleInput, name: string, file: string): Promise<void> {
  const texts = await Promise.all(['changes', name].map((script) => readFile(join(sqlDirectory, 'sample', `${script}.sql`), 'utf8')));
  const instance = await DuckDBInstance.create(file);
  try {
    const connection = await instance.connect();
    try {
      await connection.run(`SET VARIABLE generated_at = TIMESTAMP '${instantFromMs(nowMs).slice(0, 26)}'`);
      for (const text of texts) await connection.run(text);
      await connection.run('CHECKPOINT');
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

async function removeAbandoned({ directory, nowMs }: SampleInput): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!/\.duckdb\.[0-9a-f]{12}\.tmp/.test(name)) continue;
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && nowMs - found.mtimeMs > abandonedAfterMs) await rm(path, { force: true });
  }
}
