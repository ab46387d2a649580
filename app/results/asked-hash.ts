/** What a source is asked, as one text: two that are alike would be answered alike by the same data. */
import { createHash } from 'node:crypto';
import type { DatabaseConfig, QueryConfig } from '../model/database.ts';

/** SHA-256 over statement, binds, columns, schema and account; not over the endpoint, which may move. */
export function askedHash(database: DatabaseConfig, query: QueryConfig): string {
  const { sql, userColumn = null, timeColumn = null, changeType } = query;
  const binds = Object.entries(query.binds).sort(([a], [b]) => (a < b ? -1 : 1));
  const lists = Object.entries(query.bindsFrom).sort(([a], [b]) => (a < b ? -1 : 1));
  const { authentication } = database;
  const account =
    authentication.kind === 'password' ? authentication.user : authentication.kind === 'kerberos' ? (authentication.principal ?? '') : '';
  const asked = [
    sql,
    binds,
    lists,
    userColumn,
    timeColumn,
    changeType,
    database.defaultSchema ?? null,
    authentication.kind,
    account,
    database.zone,
  ];
  return createHash('sha256').update(JSON.stringify(asked), 'utf8').digest('hex');
}
