/** The client's own configuration file for Kerberos, written into a folder of the program's; the Instant Client's is never touched. */
import { barePath } from './connect-attributes.ts';

/** What goes into it. */
export interface SqlnetSettings {
  readonly krb5Conf?: string | undefined;
  /** Ticket cache for connections that name none of their own. */
  readonly krb5Cache?: string | undefined;
  /** Where out-of-band breaks are dropped by a firewall, `break` would hang without this. */
  readonly disableOob: boolean;
  /** 0: no trace; up to 16. */
  readonly traceLevel: number;
  readonly traceDirectory?: string | undefined;
  readonly platform: NodeJS.Platform;
}

/** The text of `sqlnet.ora`. A connection that Kerberos does not let in fails; it never falls back to a password. */
export function sqlnetOra(settings: SqlnetSettings): string {
  const { krb5Conf, krb5Cache, platform, traceLevel, traceDirectory } = settings;
  // Windows keeps the ticket of the logon itself; there is no file to name.
  const cache = krb5Cache === undefined ? (platform === 'win32' ? 'OSMSFT://' : undefined) : barePath(krb5Cache);
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['NAMES.DIRECTORY_PATH', '(TNSNAMES,EZCONNECT)'],
    ['SQLNET.AUTHENTICATION_SERVICES', '(KERBEROS5)'],
    ['SQLNET.AUTHENTICATION_KERBEROS5_SERVICE', 'oracle'],
    ['SQLNET.KERBEROS5_CONF', krb5Conf ?? (platform === 'win32' ? undefined : '/etc/krb5.conf')],
    ['SQLNET.KERBEROS5_CONF_MIT', 'TRUE'],
    ['SQLNET.KERBEROS5_CC_NAME', cache],
    ['SQLNET.FALLBACK_AUTHENTICATION', 'FALSE'],
    ['DISABLE_OOB', settings.disableOob ? 'ON' : undefined],
    ['TRACE_LEVEL_CLIENT', traceLevel > 0 ? String(traceLevel) : undefined],
    ['TRACE_DIRECTORY_CLIENT', traceLevel > 0 ? traceDirectory : undefined],
    ['DIAG_ADR_ENABLED', traceLevel > 0 ? 'OFF' : undefined],
  ];
  return lines
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value ?? ''}\n`)
    .join('');
}
