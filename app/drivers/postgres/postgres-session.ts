/** One logged-on session with PostgreSQL: the exchanges the driver needs, and knowing when it is lost. */
import type { Socket } from 'node:net';
import { userInfo } from 'node:os';
import { Client, type ClientConfig, type Connection, escapeIdentifier, escapeLiteral, type QueryResult } from 'pg';
import Cursor from 'pg-cursor';
import { abort } from '../../base/abort.ts';
import { CamError, failure } from '../../model/failure.ts';
import type { Endpoint } from '../../model/database.ts';
import type { ConnectTarget } from '../driver.ts';
import { type BackendKey, requestCancel } from './cancel-request.ts';
import { DescribeStatement, type StatementDescription } from './describe-statement.ts';

/** The kind of endpoint this driver is for. */
export type PostgresEndpoint = Extract<Endpoint, { kind: 'postgres' }>;

/** PostgreSQL cuts longer names (NAMEDATALEN − 1). */
const applicationNameBytes = 63;

/** What pg's client has but its types do not tell (pg 8.23, lib/client.js). */
interface ClientInside {
  readonly connection: Omit<Connection, 'stream'> & { readonly stream: Socket };
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/** Every value arrives as the text that PostgreSQL writes; this driver reads it itself, so that no digit is lost. */
const asText = { getTypeParser: () => (text: string) => text } as unknown as NonNullable<ClientConfig['types']>;

/** A session, before and after its logon. */
export class PostgresSession {
  readonly #client: Client;
  readonly #inside: ClientInside;
  readonly #endpoint: PostgresEndpoint;
  readonly #prologue: string;
  readonly #clientIdentifier: string;
  /** Whoever waits for the server now; told when the connection is lost. */
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #lost = new AbortController();
  #lossOf = new Error('Connection terminated');
  #isClosing = false;

  constructor(target: ConnectTarget, endpoint: PostgresEndpoint) {
    this.#endpoint = endpoint;
    this.#clientIdentifier = target.clientIdentifier;
    this.#prologue = prologueOf(target);
    this.#client = new Client(clientConfig(target, endpoint));
    this.#inside = this.#client as unknown as ClientInside;
    this.#client.on('error', (error) => this.#lose(error));
    this.#client.once('end', () => this.#lose(this.#lossOf));
  }

  /** Logs on and tries the settings of a statement's transaction; gives the server's version. @throws what pg throws */
  async open(): Promise<string> {
    await this.#client.connect();
    const text = `${this.#begin('')}; SELECT current_setting('server_version') AS version; ROLLBACK`;
    // Of several statements in one text pg gives several results, which its types do not tell.
    const results = (await this.#untilLost(this.#client.query(text))) as unknown as readonly QueryResult<{ version?: string }>[];
    return results.flatMap((result) => result.rows)[0]?.version ?? '';
  }

  /** Aborted once nothing can be sent any more. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Begins a statement's transaction: it reads only, and everything set for it ends with it. */
  async begin(tag: string): Promise<void> {
    await this.#untilLost(this.#client.query(this.#begin(tag)));
  }

  /** Ends the transaction. */
  async rollback(): Promise<void> {
    await this.#untilLost(this.#client.query('ROLLBACK'));
  }

  /** Has a statement parsed. @throws what the server says about it */
  describe(text: string): Promise<StatementDescription> {
    return this.#untilLost(this.#client.query(new DescribeStatement(text)).description);
  }

  /** Runs a statement; its rows are fetched by {@link read}. */
  openCursor(text: string, values: (string | null)[]): Cursor<(string | null)[]> {
    return this.#client.query(new Cursor<(string | null)[]>(text, values, { rowMode: 'array', types: asText }));
  }

  /** The next rows of a cursor, at most `count`; fewer only at the end. */
  read(cursor: Cursor<(string | null)[]>, count: number): Promise<(string | null)[][]> {
    return this.#untilLost(cursor.read(count));
  }

  /** One cheap round trip. */
  async ping(): Promise<void> {
    await this.#untilLost(this.#client.query('SELECT 1'));
  }

  /** Asks the server to interrupt whatever this session runs. @throws Error when the server cannot be asked, or the signal is aborted */
  requestCancel(signal: AbortSignal): Promise<void> {
    const { processID, secretKey, connection } = this.#inside;
    if (processID === null || secretKey === null) return Promise.resolve();
    const key: BackendKey = { processId: processID, secretKey };
    const { remoteAddress: address = this.#endpoint.host } = connection.stream;
    return requestCancel({ ...this.#endpoint, address }, key, signal);
  }

  /** Says goodbye and waits until the server has closed the connection. */
  async end(): Promise<void> {
    if (this.#isClosing || this.lost.aborted) return;
    this.#isClosing = true;
    await this.#client.end();
  }

  /** Cuts the connection without a word. */
  drop(): void {
    this.#isClosing = true;
    this.#inside.connection.stream.destroy();
  }

  #begin(tag: string): string {
    const name = `cam:${tag} ${this.#clientIdentifier}`.replace(/\p{Cc}/gu, '');
    const cut = Buffer.from(name, 'utf8')
      .subarray(0, applicationNameBytes)
      .toString('utf8')
      .replace(/\uFFFD+$/, '');
    return `${this.#prologue}; SET LOCAL application_name = ${escapeLiteral(cut)}`;
  }

  #lose(error: Error): void {
    if (!this.lost.aborted) this.#lossOf = error;
    abort(this.#lost, { kind: 'shutdown' });
    // What the server said last comes first. pg answers it with a message that meets a closed line where the server's reset has come too, and Node
    // tells that failure before anybody hears of the promise that the server's words have rejected.
    setImmediate(() => {
      for (const reject of this.#waiting) reject(this.#lossOf);
      this.#waiting.clear();
    });
  }

  /** Some tasks of pg never settle when the connection is lost while they wait. */
  #untilLost<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Not Promise.race with one long promise: that would keep every row that was ever read.
      this.#waiting.add(reject);
      promise.then(resolve, reject).finally(() => this.#waiting.delete(reject));
      if (this.lost.aborted) reject(this.#lossOf);
    });
  }
}

function clientConfig(target: ConnectTarget, endpoint: PostgresEndpoint): ClientConfig {
  const { authentication } = target;
  if (authentication.kind === 'kerberos') {
    const action = 'Set user and password_env for this database.';
    throw new CamError(failure('db.configuration', { message: 'PostgreSQL cannot be entered with Kerberos by this program.', action }));
  }
  return {
    host: endpoint.host,
    port: endpoint.port,
    database: endpoint.database,
    // As libpq does it: without a user it is the one who runs the program.
    user: authentication.kind === 'password' ? authentication.user : userInfo().username,
    // A function, because pg would otherwise look into the environment and into ~/.pgpass where it is empty.
    password: () => target.password ?? '',
    ssl: endpoint.tls ? { rejectUnauthorized: true } : false,
    application_name: 'client-activity-monitor',
    client_encoding: 'UTF8',
    keepAlive: true,
  };
}

/**
 * What holds for every statement. The zone is the database's: casts between times with and without a zone, and `now()`,
 * must agree with how zone-less times are read afterwards.
 */
function prologueOf(target: ConnectTarget): string {
  const settings = [
    `TimeZone = ${escapeLiteral(target.zone)}`,
    "DateStyle = 'ISO, YMD'",
    "IntervalStyle = 'iso_8601'",
    "bytea_output = 'hex'",
    'extra_float_digits = 3',
    'standard_conforming_strings = on',
    ...(target.defaultSchema === undefined ? [] : [`search_path = ${escapeIdentifier(target.defaultSchema)}`]),
  ];
  return ['BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY', ...settings.map((setting) => `SET LOCAL ${setting}`)].join('; ');
}
