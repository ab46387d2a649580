/** The whole core over embedded databases of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCore } from '../../app/hosts/core.ts';
import type { RunState } from '../../app/model/run.ts';
import type { App } from '../../app/services/create-app.ts';

/** A database with one query. */
export interface BenchDatabase {
  readonly name: string;
  /** Change type of its query. */
  readonly type: string;
  readonly sql: string;
}

/** Four databases, one for each change type of the default rule. */
export function fourDatabases(sqlOf: (place: number) => string): readonly BenchDatabase[] {
  return ['password', 'email', 'phone', 'token'].map((type, place) => ({ name: `database_${place}`, type, sql: sqlOf(place) }));
}

/** The core over these databases; its files and its data are in the folder. Whoever starts it closes it. */
export async function appWith(folder: string, databases: readonly BenchDatabase[]): Promise<App> {
  const lines = ['databases:'];
  for (const { name, type, sql } of databases) {
    await writeFile(join(folder, `${name}.sql`), sql);
    lines.push(`  - name: ${name}`, '    driver: duckdb', "    path: ':memory:'", '    sql_queries:');
    lines.push(`      - name: ${name}`, `        query_location: ${name}.sql`, `        change_type: ${type}`);
  }
  await writeFile(join(folder, 'databases.yaml'), `${lines.join('\n')}\n`);
  const app = await startCore({ host: 'cli', config: join(folder, 'databases.yaml'), data: join(folder, 'data') });
  const { problems } = app.config.view();
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return app;
}

/** One run of all sources; they must all answer. */
export async function runToEnd(app: App): Promise<RunState> {
  const { runId } = await app.runs.start({ lastEvent: '2026-11-20T14:00:00Z', strict: false });
  const outcome = await app.runs.get(runId).ended;
  const { state } = app.runs.get(runId);
  if (outcome !== 'succeeded') throw new Error(`the run ended ${outcome}: ${JSON.stringify(state.sources)}`);
  return state;
}

/** Writes a `databases.yaml` of one embedded database with one query for changes of e-mail. */
export async function writeOneDatabase(folder: string, sql: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'rows.sql'), sql);
  await writeFile(
    join(folder, 'databases.yaml'),
    "databases:\n  - name: one\n    driver: duckdb\n    path: ':memory:'\n    sql_queries:\n      - {name: emails, query_location: rows.sql, change_type: email}\n",
  );
}
