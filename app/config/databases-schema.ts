/** The form of `databases.yaml`: the source of both the checks and the JSON schema for editors. */
import * as z from 'zod';
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
const fetchSize = optional(z.int().min(1).max(100_000), 'Rows fetched at a time');

/** One entry of `sql_queries`. */
export const querySchema = z.strictObject({
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
      z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'Write a text, a number, true, false or null.' }),
    ),
    'Values of bind variables other than :start_date',
  ),
  timeout_ms: optional(milliseconds, 'Limit of one attempt, from connect to the last row, in milliseconds'),
});

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
    options: optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), 'Options of the stand-in'),
  },
};

/** A database's own keys; its queries are looked at one by one, so that a mistake in one does not hide those in others. */
export const databaseSchemas = {
  oracle: z.strictObject({ ...databaseShapes.oracle, sql_queries: z.array(z.unknown()).min(1) }),
  postgres: z.strictObject({ ...databaseShapes.postgres, sql_queries: z.array(z.unknown()).min(1) }),
  duckdb: z.strictObject({ ...databaseShapes.duckdb, sql_queries: z.array(z.unknown()).min(1) }),
  fake: z.strictObject({ ...databaseShapes.fake, sql_queries: z.array(z.unknown()).min(1) }),
};

const sample = optional(z.boolean(), 'True where the databases are the shipped samples');

/** The file's own keys; its databases are looked at one by one. */
export const databasesFileSchema = z.strictObject({ sample, databases: z.array(z.unknown()).min(1) });

const queries = z.array(querySchema).min(1).meta({ description: 'SQL files to run on this database' });

/** The whole file as editors check it. */
export const databasesEditorSchema = z
  .strictObject({
    sample,
    databases: z
      .array(
        z.union([
          z.strictObject({ ...databaseShapes.oracle, sql_queries: queries }),
          z.strictObject({ ...databaseShapes.postgres, sql_queries: queries }),
          z.strictObject({ ...databaseShapes.duckdb, sql_queries: queries }),
        ]),
      )
      .min(1)
      .meta({ description: 'The databases, in order of preference where two report the same time' }),
  })
  .meta({ title: 'databases.yaml of the Client Activity Monitor' });

/** A query as its schema gives it. */
export type RawQuery = z.output<typeof querySchema>;
/** A database as its schema gives it. */
export type RawDatabase = z.output<(typeof databaseSchemas)[keyof typeof databaseSchemas]>;
