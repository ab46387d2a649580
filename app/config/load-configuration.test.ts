import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unlimitedBudget } from '../model/policy.ts';
import { sampleDatabasePolicy, sampleQueryPolicy } from '../testing/builders.ts';
import { type ConfigurationInput, loadConfiguration } from './load-configuration.ts';

const shippedRules = fileURLToPath(new URL('../../config/rules', import.meta.url));
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-config-'));
  await mkdir(join(folder, 'sql'));
  await writeFile(
    join(folder, 'sql/email.sql'),
    '\uFEFFSELECT user_id,\r\n change_date\r\n FROM email_changes WHERE change_date >= :Start_Date;\r\n-- end\r\n',
  );
  await writeFile(join(folder, 'sql/binds.sql'), 'SELECT * FROM t WHERE a = :Region AND b >= :start_date');
  await writeFile(join(folder, 'there.duckdb'), '');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function load(databases: string | Buffer, settings?: string | Buffer, more: Partial<ConfigurationInput> = {}) {
  const databasesFile = join(folder, `databases-${++count}.yaml`);
  const settingsFile = join(folder, `settings-${count}.yaml`);
  await writeFile(databasesFile, databases);
  if (settings !== undefined) await writeFile(settingsFile, settings);
  return loadConfiguration({
    databasesFile,
    settingsFile,
    homeDir: '/home/analyst',
    dataDir: '/data',
    machineZone: 'Europe/Zurich',
    user: 'analyst',
    rulesDirectory: shippedRules,
    ...more,
  });
}

async function loaded(databases: string, settings?: string, more?: Partial<ConfigurationInput>) {
  const result = await load(databases, settings, more);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.configuration;
}

/** Each problem as `line:column key: message action`. */
async function problems(databases: string | Buffer, settings?: string | Buffer, more?: Partial<ConfigurationInput>) {
  const result = await load(databases, settings, more);
  return result.ok ? [] : result.problems.map(({ line, column, key, message, action }) => `${line}:${column} ${key}: ${message} ${action}`);
}

/** A sound file with the given lines in its only database, after its name. */
function oracle(...lines: string[]) {
  return [
    'databases:',
    '  - name: one',
    '    host: db.example.com',
    '    port: 1521',
    '    service_name: S',
    ...lines.map((line) => `    ${line}`),
    queries,
  ].join('\n');
}

const queries = '    sql_queries:\n      - name: Get all email changes\n        query_location: sql/email.sql\n';

function query(...lines: string[]) {
  return `databases:\n  - name: one\n    driver: duckdb\n    path: ":memory:"\n    sql_queries:\n      - ${lines.join('\n        ')}\n`;
}

describe('databases.yaml', () => {
  it('is read in its plain form, with Oracle, Kerberos and the defaults', async () => {
    const { databases, sampleData } = await loaded(oracle('default_schema: event_logs'));
    expect(sampleData).toBe(false);
    expect(databases).toEqual([
      {
        name: 'one',
        driver: 'oracle',
        endpoint: { kind: 'oracle', host: 'db.example.com', port: 1521, serviceName: 'S' },
        standbys: [],
        authentication: { kind: 'kerberos' },
        defaultSchema: 'event_logs',
        zone: 'UTC',
        maxConcurrency: 4,
        connectTimeoutMs: 20_000,
        options: {},
        partitions: {},
        policy: sampleDatabasePolicy,
        queries: [
          {
            name: 'Get all email changes',
            file: join(folder, 'sql/email.sql'),
            sql: 'SELECT user_id,\n change_date\n FROM email_changes WHERE change_date >= :Start_Date',
            bindNames: ['start_date'],
            changeType: 'email',
            idNormaliser: 'exact',
            binds: {},
            bindsFrom: {},
            sameSession: false,
            timeoutMs: 300_000,
            policy: sampleQueryPolicy,
          },
        ],
      },
    ]);
  });

  it('may say everything else about an Oracle database', async () => {
    const { databases } = await loaded(
      oracle(
        'zone: europe/zurich',
        'max_concurrency: 8',
        'connect_timeout_ms: 5000',
        'timeout_ms: 60000',
        'kerberos: {principal: jdoe@EXAMPLE.COM, cache: ~/krb5cc}',
        'standbys: [{host: b, port: 1522}, {host: "::1", port: 1523, service_name: T}]',
        'options: {disable_oob: true, fetch_size: 500}',
      ),
    );
    expect(databases[0]).toMatchObject({
      zone: 'Europe/Zurich',
      maxConcurrency: 8,
      connectTimeoutMs: 5000,
      authentication: { kind: 'kerberos', principal: 'jdoe@EXAMPLE.COM', cache: '/home/analyst/krb5cc' },
      standbys: [
        { kind: 'oracle', host: 'b', port: 1522, serviceName: 'S' },
        { kind: 'oracle', host: '::1', port: 1523, serviceName: 'T' },
      ],
      options: { disable_oob: true, fetch_size: 500 },
      queries: [{ timeoutMs: 60_000 }],
    });
  });

  it('names a user and the environment variable of the password, never the password', async () => {
    const { databases } = await loaded(oracle('user: CAM_READER', 'password_env: CAM_PASSWORD'));
    expect(databases[0]!.authentication).toEqual({ kind: 'password', user: 'CAM_READER', passwordEnv: 'CAM_PASSWORD' });
    expect(await problems(oracle('user: CAM_READER', 'password: tiger'))).toEqual([
      '6:11 databases[0].user: There is a user but no password. Add password_env: the name of the environment variable that holds the password.',
      '7:5 databases[0].password: A password never stands in this file. Take it out and name an environment variable that holds it: password_env: NAME.',
    ]);
    const misplaced = await problems(
      oracle('user: scott/t1ger', 'password_env: t1ger!', 'kerberos: {principal: t1ger}', 'options: {passwd: t1ger}'),
    );
    expect(misplaced).toHaveLength(4);
    expect(misplaced.join()).not.toContain('t1ger');
  });

  it('reads PostgreSQL and DuckDB, with paths that begin at its own folder', async () => {
    const { databases } = await loaded(
      [
        'databases:',
        '  - {name: p, driver: postgres, host: h, port: 5432, database: audit, tls: false, standbys: [{host: i, port: 5433}], sql_queries: [&]}',
        '  - {name: d, driver: duckdb, path: there.duckdb, sql_queries: [&]}',
        '  - {name: m, driver: duckdb, path: ":memory:", options: {threads: 4, memory_limit: 1.5GB}, sql_queries: [&]}',
      ]
        .join('\n')
        .replaceAll('&', '{name: Get token changes, query_location: sql/email.sql}'),
    );
    expect(databases.map(({ endpoint }) => endpoint)).toEqual([
      { kind: 'postgres', host: 'h', port: 5432, database: 'audit', tls: false },
      { kind: 'duckdb', path: join(folder, 'there.duckdb') },
      { kind: 'duckdb', path: ':memory:' },
    ]);
    expect(databases[0]!.standbys).toEqual([{ kind: 'postgres', host: 'i', port: 5433, database: 'audit', tls: false }]);
    expect(databases[0]!.authentication).toEqual({ kind: 'none' });
    expect(databases[2]!.options).toEqual({ threads: 4, memory_limit: '1.5GB' });
  });

  it('lets a sample name a database file that is still to be made', async () => {
    const text = query('name: Get token changes', 'query_location: sql/email.sql').replace('":memory:"', 'later/x.duckdb');
    expect(await problems(text)).toEqual([
      `4:11 databases[0].path: There is no database file ${join(folder, 'later/x.duckdb')}. Correct the path; a relative one begins at the folder of this file.`,
    ]);
    const configuration = await loaded(`sample: true\n${text}`);
    expect(configuration.sampleData).toBe(true);
    expect(configuration.databases[0]!.endpoint).toEqual({ kind: 'duckdb', path: join(folder, 'later/x.duckdb') });
  });

  it('takes the fake driver in tests only', async () => {
    const text =
      'databases: [{name: f, driver: fake, script: rows 5, sql_queries: [{name: Get token changes, query_location: sql/email.sql}]}]';
    expect((await loaded(text, undefined, { allowFakeDriver: true })).databases[0]!.endpoint).toEqual({ kind: 'fake', script: 'rows 5' });
    expect(await problems(text)).toEqual(['1:31 databases[0].driver: There is no such driver. Write one of: oracle, postgres, duckdb.']);
  });

  it('reports a misspelt driver once, and nothing for it elsewhere: not its keys, its standbys, nor the groups that it is in', async () => {
    const text = [
      'databases:',
      '  - name: one',
      '    driver: postgress',
      '    host: h',
      '    database: d',
      '    user: u',
      '    standbys: [{host: other}]',
      '    partitions: {region: [eu]}',
      '  - name: two',
      '    driver: duckdb',
      "    path: ':memory:'",
      '    partitions: {region: [us]}',
      '    sql_queries:',
      '      - {name: Get all phone changes, query_location: sql/email.sql}',
      'groups:',
      '  g:',
      '    members: [one, two]',
      '    partition_by: region',
      '    sql_queries: [{name: Get all email changes, query_location: sql/email.sql}]',
      '  h:',
      '    members: [one]',
      '    sql_queries: [{name: Get token changes, query_location: sql/email.sql}]',
    ].join('\n');
    expect(await problems(text)).toEqual(['3:13 databases[0].driver: There is no such driver. Did you mean postgres?']);
  });

  it('is frozen to its depths', async () => {
    const configuration = await loaded(oracle());
    expect(Object.isFrozen(configuration.databases[0]!.queries[0]!.binds)).toBe(true);
    expect(Object.isFrozen(configuration.settings.oracleClient)).toBe(true);
  });
});

describe('a query', () => {
  it('may say what its rows are and which columns matter', async () => {
    const { databases } = await loaded(
      query(
        'name: My own',
        'query_location: sql/binds.sql',
        'change_type: pin_code',
        'user_column: ID',
        'time_column: AT',
        'id_normaliser: lower',
        'timeout_ms: 1',
        'binds: {REGION: EMEA}',
      ),
    );
    expect(databases[0]!.queries[0]).toMatchObject({
      changeType: 'pin_code',
      userColumn: 'ID',
      timeColumn: 'AT',
      idNormaliser: 'lower',
      timeoutMs: 1,
      binds: { region: 'EMEA' },
      bindNames: ['region', 'start_date'],
    });
  });

  it('of a known name has its change type, unless it is told another or none', async () => {
    const typeOf = async (...lines: string[]) =>
      (await loaded(query(...lines, 'query_location: sql/email.sql'))).databases[0]!.queries[0]!.changeType;
    expect(await typeOf('name: GET ALL PHONE CHANGES')).toBe('phone');
    expect(await typeOf('name: Get all phone changes', 'change_type: token')).toBe('token');
    expect(await typeOf('name: Get all phone changes', 'change_type: none')).toBeNull();
  });

  it('is never left out of the rules without a word', async () => {
    expect(await problems(query('name: Get all emails', 'query_location: sql/email.sql'))).toEqual([
      '6:15 databases[0].sql_queries[0].name: This name stands for no known change type, and none is given. Add change_type: password, email, phone, token or a type of your own; none keeps the query as a table outside the rules.',
    ]);
    expect(await problems(query('name: X', 'query_location: sql/email.sql', 'change_type: tokens'))).toEqual([
      '8:22 databases[0].sql_queries[0].change_type: The change type tokens could be mistaken for token. Write token, or a name that is less like it.',
    ]);
  });

  it('must have a value for every bind variable, and none for others', async () => {
    expect(
      await problems(
        query('name: Get token changes', 'query_location: sql/binds.sql', 'binds:', '  regoin: 1', '  START_DATE: 2', '  big: 1'),
      ),
    ).toEqual([
      '9:11 databases[0].sql_queries[0].binds.regoin: The statement has no bind variable :regoin. Did you mean region?',
      '9:11 databases[0].sql_queries[0].binds: The bind variable :region of the statement has no value. Add it under binds (region: value), or take it out of the SQL file.',
      '10:11 databases[0].sql_queries[0].binds.START_DATE: The program gives :start_date its value itself. Take it out.',
      '11:11 databases[0].sql_queries[0].binds.big: The statement has no bind variable :big. Take it out.',
    ]);
    expect(await problems(query('name: Get token changes', 'query_location: sql/binds.sql', 'binds: {region: 1, Region: 2}'))).toEqual([
      '8:28 databases[0].sql_queries[0].binds.Region: The bind variable :region has two values. Keep one of the two; case does not matter.',
    ]);
    expect(
      await problems(query('name: Get token changes', 'query_location: sql/binds.sql', 'binds: {region: 12345678901234567890}')),
    ).toEqual([
      "8:25 databases[0].sql_queries[0].binds.region: The number is too large to be kept without loss. Put it in quotes: '12345678901234567890'.",
    ]);
  });

  it.each([
    ['update.sql', 'UPDATE t SET a = 1', '1:1', 'The statement begins with UPDATE.'],
    ['two.sql', 'SELECT 1;\nSELECT 2', '1:9', 'A statement ends here and more follows.'],
    ['open.sql', "SELECT 1,\n  'abc", '2:3', 'The text literal that begins here never ends.'],
    ['empty.sql', '\n-- nothing\n', '1:1', 'The file holds no statement.'],
    ['latin.sql', Buffer.from('SELECT 1,\n a\xe9 FROM t', 'latin1'), '2:3', 'is not saved as UTF-8: there is a foreign byte here.'],
    ['utf16.sql', Buffer.from('\uFEFFSELECT 1', 'utf16le'), '1:1', 'is not saved as UTF-8 (it looks like UTF-16).'],
    ['large.sql', Buffer.alloc(1024 * 1024 + 1, 32), '1:1', 'is larger than 1024 KiB.'],
  ])('whose SQL file %s is no single reading statement is told the place in that file', async (name, text, place, message) => {
    await writeFile(join(folder, name), text);
    const result = await load(query('name: Get token changes', `query_location: ${name}`));
    expect(result.ok).toBe(false);
    const [problem] = result.ok ? [] : result.problems;
    expect(problem).toMatchObject({ file: join(folder, name), key: 'databases[0].sql_queries[0].query_location' });
    expect(`${problem!.line}:${problem!.column}`).toBe(place);
    expect(problem!.message).toContain(message);
  });

  it('needs a SQL file that is there and is a file', async () => {
    const at = '7:25 databases[0].sql_queries[0].query_location';
    expect(await problems(query('name: Get token changes', 'query_location: sql/nope.sql'))).toEqual([
      `${at}: There is no SQL file ${join(folder, 'sql/nope.sql')}. Correct the path or put the file there.`,
    ]);
    const foreign = await problems(query('name: Get token changes', 'query_location: C:\\sql\\email.sql'));
    expect(foreign.join()).toContain('/ separates folders on every system');
    const aFolder = await problems(query('name: Get token changes', 'query_location: sql'));
    expect(aFolder).toEqual([`1:1 databases[0].sql_queries[0].query_location: ${join(folder, 'sql')} is a folder. Name the file itself.`]);
  });
});

describe('mistakes', () => {
  it('are all told at once, in both files and the SQL files, in the order of their places', async () => {
    await writeFile(join(folder, 'lock.sql'), 'SELECT 1 FROM t FOR UPDATE');
    const found = await problems(
      [
        'databses: []',
        'databases:',
        '  - name: one',
        '    host: http://h',
        '    port: .nan',
        '    serivce_name: S',
        '    zone: Europe/Zurch',
        '    max_concurrency: 1.5',
        '    sql_queries:',
        '      - {name: Get token changes, query_location: lock.sql}',
        '      - {name: get token changes, query_location: nope.sql, id_normaliser: triim}',
        '      - text',
        '  - name: ONE',
        '    driver: duckbd',
        '    sql_queries:',
        '      - name: 0123',
        '        query_location:',
        '  - driver: duckdb',
        '    name: a/b',
        '    path: nope.duckdb',
        '    host: h',
        '    sql_queries: []',
        '  - {name: p, driver: postgres, host: h, port: "5432", database: d, user: u, sql_queries: {name: x}}',
      ].join('\n'),
      'query: {max_fanout: many}\napp_settings:\n  zone: Mars\n  email_recipients: [soc@example.com, soc]\n  log_level: loud\n',
    );
    expect(found).toEqual([
      '1:1 databses: The key databses is not known here. Did you mean databases?',
      '3:5 databases[0].service_name: service_name is missing. Add service_name: Service name of the Oracle database (a text).',
      '4:11 databases[0].host: host is not understood. Write the host name or address alone, without scheme, user, port or path.',
      '5:11 databases[0].port: port is not a number where a number is wanted. Write a number: TCP port of the server.',
      '6:5 databases[0].serivce_name: The key serivce_name is not known here. Did you mean service_name?',
      '7:11 databases[0].zone: zone is not understood. Did you mean Europe/Zurich?',
      '8:22 databases[0].max_concurrency: max_concurrency is 1.5 where a whole number is wanted. Write a whole number: Statements at a time on this database (default: query.max_concurrency).',
      '11:16 databases[0].sql_queries[1].name: Another query of this database on line 10 has this name. Give each query of this database a name of its own; case does not matter.',
      `11:51 databases[0].sql_queries[1].query_location: There is no SQL file ${join(folder, 'nope.sql')}. Correct the path or put the file there.`,
      '11:76 databases[0].sql_queries[1].id_normaliser: id_normaliser is triim. Did you mean trim?',
      '12:9 databases[0].sql_queries[2]: sql_queries[2] is a text where a section of keys is wanted. Write a section of keys.',
      '13:11 databases[1].name: Another database on line 3 has this name. Give each database a name of its own; case does not matter.',
      '14:13 databases[1].driver: There is no such driver. Did you mean duckdb?',
      "16:15 databases[1].sql_queries[0].name: name is 123 where a text is wanted. Put it in quotes: '0123'.",
      '17:24 databases[1].sql_queries[0].query_location: query_location is empty. Add query_location: SQL file, absolute or relative to this file (a text).',
      '19:11 databases[2].name: name is not understood. Write a name without slashes.',
      `20:11 databases[2].path: There is no database file ${join(folder, 'nope.duckdb')}. Correct the path; a relative one begins at the folder of this file.`,
      '21:5 databases[2].host: The key host belongs to the driver oracle or postgres; this database has the driver duckdb. Write driver: oracle or postgres, or take host out.',
      '22:18 databases[2].sql_queries: sql_queries is empty. Write at least one entry.',
      '23:48 databases[3].port: port is a text where a number is wanted. Write it without quotes: 5432.',
      '23:75 databases[3].user: There is a user but no password. Add password_env: the name of the environment variable that holds the password.',
      '23:91 databases[3].sql_queries: sql_queries is a section of keys where a list (lines that begin with -) is wanted. Write a list (lines that begin with -).',
      '1:17 databases[0].sql_queries[0].query_location: The statement locks rows. Take the FOR UPDATE or FOR SHARE clause out.',
      '1:21 query.max_fanout: max_fanout is a text where a number is wanted. Write a number: Database processes at a time (default 16).',
      '3:9 app_settings.zone: zone is not understood. Write an IANA name such as Europe/Zurich, or UTC.',
      '4:39 app_settings.email_recipients[1]: This is not an e-mail address. Write an address such as soc@example.com.',
      '5:14 app_settings.log_level: log_level is loud. Write one of: debug, info, warn, error.',
    ]);
  });

  it.each([
    ['an empty file', '', '1:1 : The file is empty.'],
    ['a file of comments', '# nothing\n', '1:1 : The file is empty.'],
    ['a list', '- name: one\n', '1:1 : The file is a list where a section of keys is wanted.'],
    ['a text', 'hello', '1:1 : The file is a text where a section of keys is wanted.'],
    ['no databases', 'databases: []', '1:12 databases: databases is empty.'],
    ['a key twice', 'databases: []\ndatabases: []\n', '2:1 databases: This key stands twice in the same section.'],
    ['a tab', 'databases:\n\t- name: one\n', '2:1 : A tab indents this line.'],
    [
      'an escape in double quotes',
      'databases:\n  - name: "C:\\oracle"\n',
      '2:14 : In double quotes a backslash begins an escape, and this one is none.',
    ],
    [
      'a line break by escape',
      'databases:\n  - name: "C:\\new"\n',
      '2:11 databases[0].name: The value holds a line break, a tab or another control character.',
    ],
    ['an anchor', 'databases: &all []', '1:17 databases: Anchors (&name) are not used in this file.'],
    ['an alias', 'x: &a 1\ndatabases: *a\n', '2:12 databases: Aliases (*name) are not used in this file.'],
    ['an alias of nothing', 'databases: *nothing\n', '1:12 databases: Aliases (*name) are not used in this file.'],
    ['a tag', 'databases: !secret x\n', '1:12 : A value has a tag (!name).'],
    ['two documents', 'databases: []\n---\nx: 1\n', '2:1 : A second document begins here.'],
    ['bad indentation', 'databases:\n  - name: one\n host: x\n', '3:1 : The indentation does not fit the lines above.'],
    ['a second colon', 'databases: a: b\n', '1:12 : There is a second colon on this line.'],
    ['an open quote', 'databases: "a\n', '2:1 : A quote, bracket or colon is missing.'],
    ['a key that is no text', '? [a]\n: 1\n', '1:3 : This key is not a text.'],
    ['Latin-1', Buffer.from('databases:\n  - name: caf\xe9', 'latin1'), '2:14 : '],
    ['UTF-16', Buffer.from('\uFEFFdatabases:', 'utf16le'), '1:1 : '],
    ['absurd nesting', '['.repeat(100_000), ''],
  ])('of YAML itself are told in words: %s', async (_what, text, beginning) => {
    const found = await problems(text);
    expect(found.length).toBeGreaterThan(0);
    expect(
      found.some((problem) => problem.startsWith(beginning)),
      found.join('\n'),
    ).toBe(true);
    expect(found.join()).not.toMatch(/\bat .*\.[jt]s:\d/);
  });

  it('of a missing file name it', async () => {
    const databasesFile = join(folder, 'nowhere.yaml');
    expect(await problems('', undefined, { databasesFile })).toEqual([
      `1:1 : There is no file ${databasesFile}. Correct the path or put the file there.`,
    ]);
    expect(await problems(oracle(), undefined, { databasesFile: folder })).toEqual([`1:1 : ${folder} is a folder. Name the file itself.`]);
  });

  it('never make it throw, whatever the files hold', async () => {
    const word = fc.constantFrom(
      'databases',
      'name',
      'sql_queries',
      'driver',
      'duckdb',
      'path',
      'binds',
      'query_location',
      'sql/binds.sql',
      '__proto__',
      'password',
      'kerberos',
      'options',
      'standbys',
      'user',
      'zone',
      'app_settings',
      'oracle_client',
      'email_recipients',
      'krb5_cache',
      'query',
      'max_fanout',
      'groups',
      'members',
      'partitions',
      'budget',
      'rows',
      'from',
      'same_session',
      'cache_ms',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.double(),
        word,
        fc.string(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(word, tie('any'), { maxKeys: 5 }),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          value.map((one) => JSON.stringify(one)),
          value.map((one) => JSON.stringify({ databases: [one] })),
          fc.string(),
        ),
        async (text) => {
          const result = await load(text, text);
          expect(
            result.ok
              ? []
              : result.problems.filter(({ line, column, message, action }) => line < 1 || column < 1 || message === '' || action === ''),
          ).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('the settings file', () => {
  const defaults = {
    oracleClient: { traceLevel: 0 },
    reportOutputDir: '/data/reports',
    logDir: '/data/logs',
    logLevel: 'info',
    emailRecipients: [],
    sid: 'analyst',
    zone: 'Europe/Zurich',
    windowHours: 24,
    defaultRule: 'ato_all_four',
    lookbackDays: 30,
    maxFanout: 16,
    cancelGraceMs: 2000,
    spoolDir: '/data/spool',
    policy: { partialConfidencePenalty: 1, budget: unlimitedBudget },
    history: { directory: '/data/history' },
    results: { directory: '/data/results', mostRuns: 20, mostDays: 30, mostBytes: 20_000_000_000 },
  };

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['full of empty keys', 'oracle_client:\napp_settings:\n  zone:\n  email_recipients:\nuser_settings:\n  sid:\n'],
  ])('may be %s: then the defaults hold', async (_what, text) => {
    expect((await loaded(oracle(), text)).settings).toEqual(defaults);
  });

  it('must be there when a person named it', async () => {
    expect((await problems(oracle(), undefined, { settingsRequired: true })).join()).toContain('There is no file');
  });

  it('may say everything, with paths that begin at its own folder or at home', async () => {
    const { settings, databases } = await loaded(
      oracle(),
      [
        '\uFEFForacle_client:',
        '  instant_client_dir: ~/instantclient',
        '  krb5_conf: /etc/krb5.conf',
        '  krb5_cache: FILE:~/cc',
        '  trace_level: 16',
        '  trace_directory: trace',
        'app_settings:',
        '  report_output_dir: ../reports',
        '  log_dir: logs',
        '  log_level: debug',
        '  email_recipients: soc@example.com, fraud@example.com;',
        '  zone: UTC',
        '  default_database_zone: America/New_York',
        '  window_hours: 0.5',
        `  rules_dir: ${shippedRules}`,
        '  default_rule: ato_three_of_four',
        '  lookback_days: 7',
        '  spool_dir: spool',
        'query: {max_fanout: 2, max_concurrency: 1, timeout_ms: 3, connect_timeout_ms: 4, scatter_timeout_ms: 5, cancel_grace_ms: 0}',
        'user_settings: {sid: x123456}',
      ].join('\r\n'),
    );
    expect(settings).toEqual({
      oracleClient: {
        instantClientDir: '/home/analyst/instantclient',
        krb5Conf: '/etc/krb5.conf',
        krb5Cache: '/home/analyst/cc',
        traceLevel: 16,
        traceDirectory: join(folder, 'trace'),
      },
      reportOutputDir: join(folder, '../reports'),
      logDir: join(folder, 'logs'),
      logLevel: 'debug',
      emailRecipients: ['soc@example.com', 'fraud@example.com'],
      sid: 'x123456',
      zone: 'UTC',
      windowHours: 0.5,
      rulesDir: shippedRules,
      defaultRule: 'ato_three_of_four',
      lookbackDays: 7,
      maxFanout: 2,
      runDeadlineMs: 5,
      cancelGraceMs: 0,
      spoolDir: join(folder, 'spool'),
      policy: { partialConfidencePenalty: 1, budget: unlimitedBudget },
      history: { directory: '/data/history' },
      results: { directory: '/data/results', mostRuns: 20, mostDays: 30, mostBytes: 20_000_000_000 },
    });
    expect(databases[0]).toMatchObject({ zone: 'America/New_York', maxConcurrency: 1, connectTimeoutMs: 4, queries: [{ timeoutMs: 3 }] });
  });

  it('leaves Kerberos caches that are no files as they are written', async () => {
    const { settings } = await loaded(oracle(), 'oracle_client: {krb5_cache: "KCM:1000"}');
    expect(settings.oracleClient.krb5Cache).toBe('KCM:1000');
  });

  it('refuses paths of Windows elsewhere', async () => {
    expect(await problems(oracle(), 'app_settings:\n  report_output_dir: C:\\reports\n')).toEqual([
      '2:22 app_settings.report_output_dir: This is a Windows path, and this machine is not Windows. Write a path of this machine.',
    ]);
  });
});
