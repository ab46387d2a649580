/** The form of `databases.yaml`: the source of both the checks and the JSON schema for editors. */
import * as z from 'zod';
import { policyOfDatabase, policyOfQuery } from './policy-schema.ts';
import { line, milliseconds, optional, path, zone } from './schema-parts.ts';

const name = (pattern: RegExp, example: string) =>
  z
    .string()
    .min(1)
    .max(128)
    .regex(pattern, { error: `Write a plain name such as ${example}.` });
const host = z
  .string()
  .min(1)
  .max(255)
  .regex(/^(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*\]?)$/, {
    error: 'Write the host name or address alone, without scheme, user, port or path.',
  })
  .meta({ description: 'Host name or address of the server' });
const port = z.int().min(1).max(65_535).meta({ description: 'TCP port of the server' });
const serviceName = name(/^[A-Za-z0-9_][A-Za-z0-9_.$#-]*$/, 'CLIENT_AUDIT').meta({ description: 'Service name of the Oracle database' });
const databaseName = line(128).meta({ description: 'Name of the PostgreSQL database' });
const fetchSize = optional(z.int().min(1).max(100_000), 'Rows fetched at a time (default: 500 on Oracle, 1000 on PostgreSQL)');

/** A bind whose values come from another query. */
export const bindFromSchema = z.strictObject({
  from: line(400).meta({ description: 'Query that gives the values: its name, or database/name where one of several is meant' }),
  column: line(128).meta({ description: 'Column of its result that holds them' }),
  distinct: optional(z.boolean(), 'Take each value once (default true)'),
});

/** The keys of a query; `bindSection` is what a bind may be that is no plain value. */
const queryKeys = <T extends z.ZodType>(bindSection: T) => ({
  name: line(200).meta({ description: 'Name of the query; the known names stand for their change type' }),
  query_location: path.meta({ description: 'SQL file, absolute or relative to this file' }),
  change_type: optional(
    z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9_]*$/, { error: 'Write password, email, phone, token, none, or a name of lower-case letters, digits and _.' }),
    'What the rows are evidence of: password, email, phone, token or a type of your own; none for a table outside the rules',
  ),
  user_column: optional(line(128), 'Column of the client id, where its name is not a known one'),
  time_column: optional(line(128), 'Column of the time of the change, where its name is not a known one'),
  id_normaliser: optional(z.enum(['exact', 'trim', 'lower']), 'How ids are made comparable (default exact)'),
  binds: optional(
    z.record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_$#]*$/, { error: 'Write the name of the bind variable without the colon.' }),
      z.union([z.string(), z.number(), z.boolean(), z.null(), bindSection], {
        error: 'Write a text, a number, true, false, null, or {from: a query, column: a column of its result}.',
      }),
    ),
    'Values of bind variables other than :start_date',
  ),
  same_session: optional(z.boolean(), 'Run on the connection of the queries that its binds come from, after them (default false)'),
  cache_ms: optional(
    milliseconds,
    'A kept answer to the same question, asked after the last event time, may be used again while it is not older, in milliseconds (default: never)',
  ),
  timeout_ms: optional(milliseconds, "Limit of one attempt, from connect to the last row, in milliseconds (default: the database's)"),
  ...policyOfQuery,
});

/** One entry of `sql_queries`. Binds that are sections are looked at one by one, so that a mistake in them is named exactly. */
export const querySchema = z.strictObject(queryKeys(z.looseObject({})));
const queryEditorSchema = z.strictObject(queryKeys(bindFromSchema)).meta({ id: 'query' });

const partitionKey = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'Write a plain name such as region.' });

const anyDatabase = {
  name: line(128)
    .regex(/^[^/\\]*$/, { error: 'Write a name without slashes.' })
    .meta({ description: 'Name of the database in the window and in reports' }),
  default_schema: optional(name(/^[A-Za-z_][A-Za-z0-9_$#]*$/, 'event_logs'), 'Schema in which unqualified table names are looked up'),
  zone: optional(
    zone,
    'IANA zone in which times without a zone are read, such as Europe/Zurich (default: app_settings.default_database_zone)',
  ),
  max_concurrency: optional(z.int().min(1).max(64), 'Statements at a time on this database (default: query.max_concurrency)'),
  timeout_ms: optional(milliseconds, 'Limit of one attempt of its queries in milliseconds (default: query.timeout_ms)'),
  partitions: optional(
    z.record(partitionKey, z.array(line(200)).min(1)),
    'Which part of partitioned data it holds, such as region: [eu, us]; for a key that is not here it may hold any',
  ),
  ...policyOfDatabase,
};
const overNetwork = {
  connect_timeout_ms: optional(milliseconds, 'Limit of a connection attempt in milliseconds (default: query.connect_timeout_ms)'),
  user: optional(name(/^[^\s/@"():]+$/, 'CAM_READER'), 'Account, where it is entered with a password'),
  password_env: optional(
    z
      .string()
      .max(200)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'Write the name of an environment variable, such as CAM_PASSWORD; never the password.' }),
    'Name of the environment variable that holds the password',
  ),
};

/** The keys of a database by its driver, but for `sql_queries`. */
export const databaseShapes = {
  oracle: {
    driver: optional(z.literal('oracle'), 'Client library (default oracle)'),
    ...anyDatabase,
    ...overNetwork,
    host,
    port,
    service_name: serviceName,
    kerberos: optional(
      z.strictObject({
        principal: optional(name(/^[^\s@()=]+@[^\s@()=]+$/, 'jdoe@EXAMPLE.COM'), 'Principal that the ticket must belong to'),
        cache: optional(path, 'Ticket cache of this database (default: oracle_client.krb5_cache)'),
      }),
      'Kerberos; it is the way in where no user is named',
    ),
    standbys: optional(
      z.array(z.strictObject({ host, port, service_name: optional(serviceName, "Service name (default: the primary's)") })),
      'Alternates, in order of preference',
    ),
    options: optional(
      z.strictObject({
        disable_oob: optional(z.boolean(), "No out-of-band break, where a firewall drops it (Thick mode's DISABLE_OOB)"),
        fetch_size: fetchSize,
      }),
      'Options of the driver',
    ),
  },
  postgres: {
    driver: z.literal('postgres').meta({ description: 'Client library' }),
    ...anyDatabase,
    ...overNetwork,
    host,
    port,
    database: databaseName,
    tls: optional(z.boolean(), 'Encrypt the connection and check the certificate (default true)'),
    standbys: optional(
      z.array(z.strictObject({ host, port, database: optional(databaseName, "Name of the database (default: the primary's)") })),
      'Alternates, in order of preference',
    ),
    options: optional(z.strictObject({ fetch_size: fetchSize }), 'Options of the driver'),
  },
  duckdb: {
    driver: z.literal('duckdb').meta({ description: 'Client library' }),
    ...anyDatabase,
    path: path.meta({ description: 'Database file, absolute or relative to this file, or :memory:' }),
    options: optional(
      z.strictObject({
        memory_limit: optional(
          z.string().regex(/^\d+(?:\.\d+)? ?[KMGT]i?B$/, { error: 'Write an amount such as 512MB or 2GB.' }),
          'Memory the database may take (default 512MB)',
        ),
        threads: optional(z.int().min(1).max(256), 'Threads of the database (default 2)'),
      }),
      'Options of the driver',
    ),
  },
  fake: {
    driver: z.literal('fake').meta({ description: 'Stand-in for tests' }),
    ...anyDatabase,
    ...overNetwork,
    script: z.string().meta({ description: 'What the stand-in does' }),
    standbys: optional(z.array(z.strictObject({ script: z.string() })), 'Alternates, in order of preference'),
    options: optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), 'Options of the stand-in'),
  },
};

const groupName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, { error: 'Write a plain name such as payments.' });
const groupKeys = {
  members: z.array(line(128)).min(1).meta({ description: 'Names of the databases' }),
  partition_by: optional(partitionKey, 'Key in the partitions of the members by which their data is divided'),
};

/** An entry of `groups`; its queries are looked at one by one. */
export const groupSchema = z.strictObject({ ...groupKeys, sql_queries: z.array(z.unknown()).min(1) });

/** Not needed where a group of the database has queries, which a schema cannot see. */
const ownQueries = z.array(z.unknown()).min(1).nullish();

/** A database's own keys; its queries are looked at one by one, so that a mistake in one does not hide those in others. */
export const databaseSchemas = {
  oracle: z.strictObject({ ...databaseShapes.oracle, sql_queries: ownQueries }),
  postgres: z.strictObject({ ...databaseShapes.postgres, sql_queries: ownQueries }),
  duckdb: z.strictObject({ ...databaseShapes.duckdb, sql_queries: ownQueries }),
  fake: z.strictObject({ ...databaseShapes.fake, sql_queries: ownQueries }),
};

/** What every driver has, for a database whose driver is not known: its other keys are not looked at. */
export const sharedDatabaseSchema = z.looseObject({ ...anyDatabase, sql_queries: ownQueries });

const sample = optional(z.boolean(), 'True where the databases are the shipped samples');

/** The file's own keys; its databases are looked at one by one. */
export const databasesFileSchema = z.strictObject({
  sample,
  databases: z.array(z.unknown()).min(1),
  groups: z.record(groupName, z.unknown()).nullish(),
});

const queries = z.array(queryEditorSchema).min(1);
const queriesOfDatabase = optional(queries, 'SQL files to run on this database');
const queriesOfGroup = queries.meta({ description: 'SQL files to run on every member' });

/** The whole file as editors check it. */
export const databasesEditorSchema = z
  .strictObject({
    sample,
    databases: z
      .array(
        z.union([
          z.strictObject({ ...databaseShapes.oracle, sql_queries: queriesOfDatabase }),
          z.strictObject({ ...databaseShapes.postgres, sql_queries: queriesOfDatabase }),
          z.strictObject({ ...databaseShapes.duckdb, sql_queries: queriesOfDatabase }),
        ]),
      )
      .min(1)
      .meta({ description: 'The databases, in order of preference where two report the same time' }),
    groups: optional(
      z.record(groupName, z.strictObject({ ...groupKeys, sql_queries: queriesOfGroup })),
      'Databases that are asked the same, by the name of the group',
    ),
  })
  .meta({ title: 'databases.yaml of the Client Activity Monitor' });

/** A query as its schema gives it. */
export type RawQuery = z.output<typeof querySchema>;
/** A database as its schema gives it. */
export type RawDatabase = z.output<(typeof databaseSchemas)[keyof typeof databaseSchemas]>;
