/**
 * Who may speak to the browser host: a page that this server sent, opened by whoever read the address off the terminal.
 *
 * The address carries a token that works once; it is exchanged for a session cookie that scripts cannot read and other
 * sites cannot send. Host and Origin are checked on every request, so a page of another site, or a foreign name that
 * resolves to loopback, gets nowhere.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';

/** What of a request decides. */
export interface GateRequest {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Tokens and sessions of one server. */
export class Gate {
  readonly #sessions = new Set<string>();
  readonly #tokens = new Set<string>();
  #port = 0;

  /** The port is known once the server listens. */
  setPort(port: number): void {
    this.#port = port;
  }

  /** A browser keeps its cookies by host and not by port: without the port in its name, a second program of ours would end the session of the first. */
  get #cookieName(): string {
    return `cam_session_${String(this.#port)}`;
  }

  /** A new address; it works once. */
  newAddress(): string {
    const token = randomBytes(32).toString('base64url');
    this.#tokens.add(token);
    return `http://127.0.0.1:${String(this.#port)}/?token=${token}`;
  }

  /** Spends a token: the `Set-Cookie` value of a new session, or `undefined` when the token is unknown or spent. */
  spend(token: string): string | undefined {
    const known = [...this.#tokens].find((candidate) => isSame(candidate, token));
    if (known === undefined) return undefined;
    this.#tokens.delete(known);
    const session = randomBytes(32).toString('base64url');
    this.#sessions.add(session);
    return `${this.#cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Whether the request was made to this server by name, and not by another site's page. */
  isOwnHost(request: GateRequest): boolean {
    const own = ['127.0.0.1', 'localhost'].flatMap((name) => [
      `${name}:${String(this.#port)}`,
      // The port that an address need not name is left out by whoever calls it.
      ...(this.#port === 80 ? [name] : []),
    ]);
    if (request.host === undefined || !own.includes(request.host)) return false;
    if (request.origin !== undefined && request.origin !== `http://${request.host}`) return false;
    return request.fetchSite === undefined || ['same-origin', 'none'].includes(request.fetchSite);
  }

  /** Whether the request carries a session of ours. */
  hasSession(request: GateRequest): boolean {
    const value = (request.cookie ?? '')
      .split(';')
      .map((part) => part.trim())
      .find((part) => part.startsWith(`${this.#cookieName}=`))
      ?.slice(this.#cookieName.length + 1);
    return value !== undefined && [...this.#sessions].some((session) => isSame(session, value));
  }
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
