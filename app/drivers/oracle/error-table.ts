/**
 * What an analyst is told when Oracle, its listener or its client library refuses: one row a code. A code that is not in
 * here is told as `db.error` with the database's own words, and never tried again.
 */
import type { ErrorCode } from '../../model/error-code.ts';

/** What is said for a vendor's code; what is absent comes from the program's own table of failures. */
export interface OracleErrorRow {
  readonly code: ErrorCode;
  /** One sentence. */
  readonly message?: string;
  /** The next step, one sentence. */
  readonly action?: string;
  /** It says that the line has failed: in a logon the database cannot be reached, later a statement may have been left behind. */
  readonly isNetwork?: true;
}

const ticket: OracleErrorRow = {
  code: 'kerberos.expired',
  message: 'The database did not get a usable Kerberos ticket: it has expired or is missing, or KDC, service name and clocks do not agree.',
  action: 'Run kinit and try again; if it repeats, give the DBA the facts that the ticket check shows.',
};

const services: OracleErrorRow = {
  code: 'db.configuration',
  message: 'Client and server have no authentication service in common.',
  action: "Ask the DBA whether the server's sqlnet.ora allows KERBEROS5 for this service.",
};

const encryption: OracleErrorRow = {
  code: 'db.configuration',
  message: 'Client and server have no encryption or integrity algorithm in common; the ticket is not the reason.',
  action: "Compare SQLNET.ENCRYPTION and SQLNET.CRYPTO_CHECKSUM with the server's: ask the DBA.",
};

const dropped: OracleErrorRow = { code: 'db.connection-lost' };

const noAnswer: OracleErrorRow = {
  isNetwork: true,
  code: 'db.unreachable',
  message: 'The database did not answer in time.',
  action: 'Check the VPN and whether a firewall lets this machine through to host and port.',
};

const nobodyListens: OracleErrorRow = {
  isNetwork: true,
  code: 'db.unreachable',
  message: 'Nothing listens at the host and port of the database.',
  action: 'Check host and port in databases.yaml and the VPN.',
};

const unknownHost: OracleErrorRow = {
  isNetwork: true,
  code: 'db.unknown-host',
  message: 'The host name or alias of the database cannot be resolved.',
  action: 'Correct host in databases.yaml or check the VPN.',
};

const startingOrStopping: OracleErrorRow = {
  code: 'db.unreachable',
  message: 'The database is starting or being shut down.',
  action: 'Wait until the DBA has it up, then run the missing sources.',
};

const killed: OracleErrorRow = { code: 'db.session-killed' };

const busy: OracleErrorRow = { code: 'db.busy' };

const profileLimit: OracleErrorRow = {
  code: 'rate.limited',
  message: "The query reached a limit of the account's profile on the server (time of the processor, reads or memory).",
  action: 'Narrow the query, or ask the DBA to raise the limit of the profile.',
};

const locked: OracleErrorRow = {
  code: 'db.account-locked',
  message: 'The database account is locked.',
  action: 'Ask the DBA to unlock the account; it is not tried again.',
};

const passwordExpired: OracleErrorRow = {
  code: 'db.account-locked',
  message: 'The password of the database account has expired.',
  action: 'Ask the DBA for a new password; it is not tried again.',
};

/** Rows by code. `ORA-` codes have five digits. */
export const oracleErrors: Readonly<Record<string, OracleErrorRow>> = {
  'ORA-12638': ticket,
  'ORA-12687': ticket,
  'ORA-12631': {
    code: 'db.auth',
    message: 'The server could not take the name out of the ticket; the ticket itself is not the reason.',
    action: 'Run the missing sources once more; if it repeats, tell the DBA.',
  },
  'ORA-12639': services,
  'ORA-12641': services,
  'ORA-12649': encryption,
  'ORA-12650': encryption,
  'ORA-12660': encryption,
  'ORA-28759': {
    code: 'db.configuration',
    message: 'The wallet file cannot be opened; Kerberos is not the reason.',
    action: 'Correct the path of the wallet in the client settings.',
  },
  'ORA-01017': { code: 'db.auth', message: 'The database refused account or password.' },
  'ORA-01005': { code: 'db.auth', message: 'No password was given.' },
  'ORA-01045': {
    code: 'db.auth',
    message: 'The account may not log on: it lacks CREATE SESSION.',
    action: 'Ask the DBA to grant CREATE SESSION to the account.',
  },
  'ORA-28000': locked,
  'ORA-28001': passwordExpired,
  'ORA-03113': dropped,
  'ORA-03114': dropped,
  'ORA-03135': dropped,
  'ORA-01012': dropped,
  'ORA-12537': dropped,
  'ORA-12547': dropped,
  'ORA-12570': dropped,
  'ORA-12571': dropped,
  'NJS-003': dropped,
  'NJS-018': dropped,
  'NJS-500': dropped,
  'NJS-521': dropped,
  'DPI-1010': dropped,
  'DPI-1080': dropped,
  'NJS-503': nobodyListens,
  'ORA-12541': nobodyListens,
  'NJS-510': noAnswer,
  'ORA-12170': noAnswer,
  'ORA-12535': noAnswer,
  'ORA-12606': noAnswer,
  'ORA-12609': noAnswer,
  'NJS-518': { code: 'db.unknown-service' },
  'ORA-12514': { code: 'db.unknown-service' },
  'NJS-519': { code: 'db.unknown-service', message: 'The listener does not know the SID.' },
  'ORA-12505': { code: 'db.unknown-service', message: 'The listener does not know the SID.' },
  'NJS-530': unknownHost,
  'ORA-12154': unknownHost,
  'ORA-12545': unknownHost,
  'NJS-511': {
    isNetwork: true,
    code: 'db.unreachable',
    message: 'The listener refused the connection.',
    action: 'Tell the DBA the time and the number shown.',
  },
  'ORA-12516': busy,
  'ORA-12518': busy,
  'ORA-12519': busy,
  'ORA-12520': busy,
  'ORA-00018': busy,
  'ORA-00020': busy,
  'ORA-02391': {
    code: 'rate.limited',
    message: 'The account has no session left.',
    action: 'Lower max_concurrency in databases.yaml or ask the DBA for more sessions for the account.',
  },
  'ORA-02392': profileLimit,
  'ORA-02393': profileLimit,
  'ORA-02394': profileLimit,
  'ORA-02395': profileLimit,
  'ORA-02397': profileLimit,
  'ORA-12526': startingOrStopping,
  'ORA-12528': startingOrStopping,
  'ORA-01033': startingOrStopping,
  'ORA-01034': startingOrStopping,
  'ORA-01089': startingOrStopping,
  'ORA-01090': startingOrStopping,
  'ORA-01092': startingOrStopping,
  'ORA-00028': killed,
  'ORA-00031': killed,
  'ORA-02396': { code: 'db.session-killed', message: 'The database ended the session because it was idle for too long.' },
  'ORA-02399': { code: 'db.session-killed', message: 'The database ended the session because its time was up.' },
  'DPI-1047': {
    code: 'db.client-missing',
    message: 'Kerberos needs the Oracle Instant Client, and it cannot be loaded.',
  },
  'ORA-00942': { code: 'sql.denied' },
  'ORA-01031': { code: 'sql.denied', message: 'The account may not do what the statement asks for.' },
  'ORA-00904': {
    code: 'sql.invalid',
    message: 'The statement names a column that is not there.',
    action: 'Correct the SQL file at the place shown.',
  },
  'ORA-00918': { code: 'sql.invalid', message: 'The statement names a column that is in more than one table.' },
  'ORA-01008': { code: 'sql.binds' },
  'ORA-01013': {
    code: 'query.cancelled',
    message: 'The statement was cancelled on the server, not by this program.',
    action: 'Ask the DBA who cancelled it and why, then run the missing sources.',
  },
  'ORA-01435': {
    code: 'db.configuration',
    message: 'The database has no such schema.',
    action: 'Correct default_schema in databases.yaml.',
  },
  'ORA-01882': {
    code: 'db.configuration',
    message: 'The database does not know the time zone.',
    action: 'Write zone in databases.yaml as the database has it; an older name of the same zone may be known.',
  },
  'ORA-01555': { code: 'db.snapshot-too-old' },
  'ORA-08103': {
    code: 'db.snapshot-too-old',
    message: 'A table was emptied or replaced while it was being read.',
    action: 'Run the source again when its table is not being maintained.',
  },
};

/** Numbers of ORA- errors that are mistakes of the statement's text where the table has nothing better: 00900 to 00999 and a few more. */
export function isStatementMistake(number: number): boolean {
  return (number >= 900 && number <= 999) || statementMistakes.has(number);
}

const statementMistakes: ReadonlySet<number> = new Set([
  1722, 1747, 1756, 1789, 1790, 1791, 1830, 1840, 1841, 1843, 1847, 1858, 1861, 30_484,
]);
