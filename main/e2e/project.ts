/** A folder with a configuration of its own for one test. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The checkout. */
export const root = join(import.meta.dirname, '..', '..');

/** A folder that the program is started on. */
export interface Project {
  readonly directory: string;
  readonly databasesFile: string;
  readonly dataDirectory: string;
  /** Where exports are written by default. */
  readonly reportDirectory: string;
  write(path: string, text: string): void;
  remove(): void;
}

/** The shipped configuration with the sample databases. */
export function sampleProject(): Project {
  const project = emptyProject();
  for (const path of ['databases.yaml', 'config', 'sql']) cpSync(join(root, path), join(project.directory, path), { recursive: true });
  return project;
}

/** A configuration of the given files; `databases.yaml` among them. */
export function projectOf(files: Readonly<Record<string, string>>): Project {
  const project = emptyProject();
  for (const [path, text] of Object.entries(files)) project.write(path, text);
  return project;
}

function emptyProject(): Project {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'client-activity-monitor-')));
  const dataDirectory = join(directory, '.cam');
  return {
    directory,
    databasesFile: join(directory, 'databases.yaml'),
    dataDirectory,
    reportDirectory: join(dataDirectory, 'reports'),
    write: (path, text) => {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A query that finds nothing for as long as anybody waits: what a runaway statement looks like. */
const endlessSql = `SELECT CAST(i AS VARCHAR) AS user_id, TIMESTAMP '2026-01-01 00:00:00' AS change_date
FROM range(1000000000000) AS numbers(i)
WHERE hash(i) = 1 AND CAST(:start_date AS TIMESTAMP) IS NOT NULL
`;

/** A query that answers at once with one client. */
const quickSql = `SELECT '1001' AS user_id, CAST(:start_date AS TIMESTAMP) + INTERVAL 1 HOUR AS change_date`;

/** Two databases: one answers at once, the other runs until it is cancelled. */
export function slowProject(): Project {
  return projectOf({
    'databases.yaml': `databases:
  - name: quick_database
    driver: duckdb
    path: ':memory:'
    sql_queries:
      - name: Get all password changes
        query_location: quick.sql
      - name: Get all phone changes
        query_location: quick.sql
  - name: slow_database
    driver: duckdb
    path: ':memory:'
    sql_queries:
      - name: Get all email changes
        query_location: endless.sql
      - name: Get token changes
        query_location: endless.sql
`,
    'quick.sql': quickSql,
    'endless.sql': endlessSql,
  });
}
