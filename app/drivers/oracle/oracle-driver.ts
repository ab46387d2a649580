/** Oracle databases: with user and password in Thin mode, with Kerberos in Thick mode. */
import oracledb from 'oracledb';
import { AbortedError, abortReasonOf, onAbort, throwIfAborted } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { setLimit } from '../../base/limit.ts';
import { endpointLabel } from '../../model/database.ts';
import { CamError, failure } from '../../model/failure.ts';
import { withTag } from '../../sqltext/statement-tag.ts';
import type { ConnectTarget, Driver } from '../driver.ts';
import { useThickClient } from './client-mode.ts';
import { connectAttributes } from './connect-attributes.ts';
import { oracleError, type OracleErrorContext } from './errors.ts';
import { OracleSession } from './oracle-session.ts';
import { watchSockets } from './watch-sockets.ts';

/**
 * Rows a round trip. Decoding a million rows of six columns costs least processor time with 500; more rows save
 * round trips on a slow line and cost memory. The option `fetch_size` overrides it.
 */
const defaultFetchSize = 500;

/** As what the program shows itself to a DBA. */
const moduleName = 'client-activity-monitor';

/** What the driver is made of. */
export interface OracleDriverPorts {
  readonly clock: Clock;
  /** Where the Instant Client's folder is named depends on it. */
  readonly platform: NodeJS.Platform;
}

/**
 * The driver. Databases with a password and databases with Kerberos cannot share a process: the mode is the process's.
 */
export function createOracleDriver({ clock, platform }: OracleDriverPorts): Driver {
  return {
    kind: 'oracle',
    connect: async (target, signal) => {
      throwIfAborted(signal);
      const attributes = connectAttributes(target);
      if (target.authentication.kind === 'kerberos') useThickClient(oracledb, target.oracleClient.instantClientDir, platform);
      const session = await openSession(target, attributes, signal, clock);
      try {
        await prepareSession(session, target, signal);
        return session.opened;
      } catch (error) {
        await session.opened.close('drop');
        throw error;
      }
    },
  };
}

interface NewSession {
  readonly opened: OracleSession;
  readonly connection: oracledb.Connection;
}

/**
 * Logs on. An abort, or the time limit, ends the socket: the library knows no other way out of a logon that is not
 * answered, and its own limits end with the listener's answer.
 */
async function openSession(
  target: ConnectTarget,
  attributes: oracledb.ConnectionAttributes,
  signal: AbortSignal,
  clock: Clock,
): Promise<NewSession> {
  const endpoint = endpointLabel(target.endpoint);
  const { result, sockets } = watchSockets(() => oracledb.getConnection(attributes));
  const given = Promise.withResolvers<never>();
  const giveUp = (error: Error): void => {
    sockets.destroy();
    given.reject(error);
    // One that comes all the same must not stay.
    result.then(
      (late) => late.close({ drop: true }).catch(() => undefined),
      () => undefined,
    );
  };
  const stopListening = onAbort(signal, () => {
    giveUp(new AbortedError(abortReasonOf(signal)));
  });
  const clearTimer = setLimit(clock, target.connectTimeoutMs, () => {
    giveUp(noAnswer(endpoint, target.connectTimeoutMs));
  });
  try {
    const connection = await Promise.race([result, given.promise]);
    return { connection, opened: new OracleSession({ connection, endpoint, zone: target.zone, sockets, fetchSize: fetchSizeOf(target) }) };
  } catch (error) {
    throw oracleError(error, logonContext(target));
  } finally {
    stopListening();
    clearTimer();
  }
}

/**
 * Makes the session's texts of times and numbers independent of the machine's language, and its own zone the database's
 * configured one: a bound wall clock is compared with columns that have a zone in it.
 */
async function prepareSession({ opened, connection }: NewSession, target: ConnectTarget, signal: AbortSignal): Promise<void> {
  connection.module = moduleName;
  connection.clientId = target.clientIdentifier.slice(0, 64);
  const settings = [
    "NLS_DATE_FORMAT='YYYY-MM-DD HH24:MI:SS'",
    "NLS_TIMESTAMP_FORMAT='YYYY-MM-DD HH24:MI:SS.FF6'",
    "NLS_TIMESTAMP_TZ_FORMAT='YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'",
    "NLS_NUMERIC_CHARACTERS='.,'",
    `TIME_ZONE='${target.zone === 'UTC' ? '+00:00' : target.zone.replaceAll("'", "''")}'`,
  ];
  const { defaultSchema } = target;
  const context = { stage: 'statement' } as const;
  await opened.call(signal, context, () => connection.execute(ofLogon(`ALTER SESSION SET ${settings.join(' ')}`)));
  if (defaultSchema === undefined) return;
  await opened.call(signal, context, () => connection.execute(ofLogon(`ALTER SESSION SET CURRENT_SCHEMA=${schemaName(defaultSchema)}`)));
}

/** A session is made ready before it is known which sources are going to use it. */
function ofLogon(sql: string): string {
  return withTag(sql, 'logon');
}

function fetchSizeOf({ options }: ConnectTarget): number {
  return typeof options.fetch_size === 'number' ? options.fetch_size : defaultFetchSize;
}

/** Names are in upper case unless somebody chose otherwise when the schema was made. */
function schemaName(name: string): string {
  if (/^[A-Za-z][\w$#]*$/.test(name)) return `"${name.toUpperCase()}"`;
  if (!name.includes('"')) return `"${name}"`;
  throw new CamError(
    failure('config.invalid', { message: `default_schema ${name} is no name of a schema.`, action: 'Correct default_schema.' }),
  );
}

function logonContext({ authentication }: ConnectTarget): OracleErrorContext {
  return authentication.kind === 'kerberos'
    ? { stage: 'logon', isKerberos: true, principal: authentication.principal }
    : { stage: 'logon', isKerberos: false };
}

function noAnswer(endpoint: string, limitMs: number): CamError {
  const message = `${endpoint} did not answer the logon within ${String(limitMs / 1000)} s.`;
  return new CamError(failure('db.unreachable', { message, action: 'Check the VPN and whether a firewall lets this machine through.' }));
}
