/** How a database is reached, in words that may be kept: the names of secrets, never their values. */
import { redactFields } from '../base/logger.ts';
import { type DatabaseConfig, endpointLabel } from '../model/database.ts';
import type { JsonObject } from './records.ts';

/** The parameters of a database's connections for the record of an execution. */
export function connectionParamsOf(database: DatabaseConfig): JsonObject {
  const { authentication, options } = database;
  return {
    driver: database.driver,
    endpoint: endpointLabel(database.endpoint),
    standbys: database.standbys.map((endpoint) => endpointLabel(endpoint)),
    zone: database.zone,
    schema: database.defaultSchema ?? null,
    authentication: authentication.kind,
    user: authentication.kind === 'password' ? authentication.user : null,
    principal: authentication.kind === 'kerberos' ? (authentication.principal ?? null) : null,
    options: redactFields(options) as JsonObject,
  };
}
