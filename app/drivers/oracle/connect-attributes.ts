/** A target as the `oracledb` library wants it: a full connect descriptor and how to log on. */
import type { ConnectionAttributes } from 'oracledb';
import { CamError, failure } from '../../model/failure.ts';
import type { ConnectTarget } from '../driver.ts';

const thinSpareSeconds = 5;

/**
 * What `getConnection` is called with.
 *
 * A password logs on in Thin mode. Kerberos is an external logon, which only Thick mode can do; the descriptor names the
 * ticket cache and the principal where they are configured, so that a ticket of somebody else is refused by the client.
 * The statement cache is off: every statement carries the tag of its run, so no text ever comes twice, and nothing of a
 * statement stays open on a session that is given back.
 * @throws CamError `config.invalid`, `db.auth`
 */
export function connectAttributes(target: ConnectTarget): ConnectionAttributes {
  // In Thin mode the driver's own limit is the one that ends an attempt; the library's comes after it.
  const spare = target.authentication.kind === 'password' ? thinSpareSeconds : 0;
  const seconds = Math.max(1, Math.ceil(target.connectTimeoutMs / 1000)) + spare;
  const common: ConnectionAttributes = {
    connectString: connectDescriptor(target, seconds),
    stmtCacheSize: 0,
    connectTimeout: seconds,
    transportConnectTimeout: seconds,
  };
  const { authentication, password } = target;
  switch (authentication.kind) {
    case 'kerberos':
      return { ...common, externalAuth: true };
    case 'password':
      if (password === undefined || password === '') {
        const message = `The environment variable ${authentication.passwordEnv} holds no password for ${authentication.user}.`;
        throw new CamError(failure('db.auth', { message, action: 'Set the variable before the program is started.' }));
      }
      return { ...common, user: authentication.user, password };
    case 'none':
      throw new CamError(failure('config.invalid', { message: 'An Oracle database needs a user or Kerberos.' }));
  }
}

/** Packets as large as every server can send them, if it may: fewer of them, and fewer values cut in two. */
const largestPacket = '65535';

/** `(DESCRIPTION=…)`: everything in one text, so that no tnsnames.ora is looked for. */
function connectDescriptor(target: ConnectTarget, timeoutSeconds: number): string {
  const { endpoint, authentication } = target;
  if (endpoint.kind !== 'oracle') throw new CamError(failure('config.invalid', { message: 'The endpoint is no Oracle database.' }));
  const seconds = String(timeoutSeconds);
  const address = `(ADDRESS=(PROTOCOL=TCP)(HOST=${word('host', endpoint.host)})(PORT=${String(endpoint.port)}))`;
  const data = `(CONNECT_DATA=(SERVICE_NAME=${word('service_name', endpoint.serviceName)}))`;
  const timeouts = `(CONNECT_TIMEOUT=${seconds})(TRANSPORT_CONNECT_TIMEOUT=${seconds})`;
  const security = authentication.kind === 'kerberos' ? kerberosSecurity(authentication, target.oracleClient.krb5Cache) : '';
  return `(DESCRIPTION=(SDU=${largestPacket})${timeouts}${address}${data}${security})`;
}

/** One connection's own ticket, understood by clients from 19c on. */
function kerberosSecurity(
  authentication: { readonly principal?: string; readonly cache?: string },
  commonCache: string | undefined,
): string {
  const cache = authentication.cache ?? commonCache;
  const parts = [
    cache === undefined ? '' : `(KERBEROS5_CC_NAME=${word('krb5_cache', barePath(cache))})`,
    authentication.principal === undefined ? '' : `(KERBEROS5_PRINCIPAL=${word('principal', authentication.principal)})`,
  ].join('');
  return parts === '' ? '' : `(SECURITY=${parts})`;
}

/** Oracle's client wants the path alone where MIT Kerberos writes `FILE:/path`. */
export function barePath(cache: string): string {
  return cache.replace(/^(FILE|WRFILE):/i, '');
}

/** A value inside a descriptor, whose own signs it must not hold. */
function word(key: string, value: string): string {
  if (value !== '' && !/[()="'#\s]/.test(value)) return value;
  throw new CamError(
    failure('config.invalid', {
      message: `“${value}” cannot stand in an Oracle connect descriptor (${key}).`,
      action: `Write ${key} without blanks, quotes, brackets, # and =.`,
    }),
  );
}
