/** The steps that make the tables: SQL texts named `001_what.sql`, applied once each, in order, all or none. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CamError, failure } from '../model/failure.ts';
import { sha256 } from './stored-text.ts';

/** One step. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text. */
  readonly checksum: string;
}

/** A step that a store has. */
export type AppliedMigration = Pick<Migration, 'number' | 'name' | 'checksum'>;

/** Reads the steps of a folder. @throws Error when numbers are missing or double: the program was packed wrongly */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async (file) => {
      const sql = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
      return { number: Number(file.slice(0, 3)), name: file.slice(4, -'.sql'.length), sql, checksum: sha256(sql) };
    }),
  );
  migrations.forEach(({ number }, index) => {
    if (number !== index + 1) throw new Error(`the migrations in ${folder} are not numbered 001, 002, …`);
  });
  if (migrations.length === 0) throw new Error(`there are no migrations in ${folder}`);
  return migrations;
}

/**
 * The steps that a store still needs.
 * @throws CamError `history.unavailable` when the store was made by a newer program, or by one with other steps
 */
export function pendingMigrations(all: readonly Migration[], applied: readonly AppliedMigration[]): readonly Migration[] {
  if (applied.length > all.length) {
    throw new CamError(
      failure('history.unavailable', {
        message: 'The history was written by a newer version of this program.',
        action: 'Install the newer version here too.',
      }),
    );
  }
  for (const step of applied) {
    const known = all[step.number - 1];
    if (known?.checksum !== step.checksum) {
      throw new CamError(
        failure('history.unavailable', {
          message: `The tables of the history were not made by this program: step ${String(step.number)} (${step.name}) is another one.`,
          action: 'Name another file or database for the history.',
        }),
      );
    }
  }
  return all.slice(applied.length);
}
