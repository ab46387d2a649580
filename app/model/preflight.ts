/**
 * What is known before a run: whether the Kerberos ticket and the Oracle client library will do. Plain data, the same in
 * the core, on the command line and in the window.
 */
import type { ErrorCode } from './error-code.ts';
import { type Failure, failure } from './failure.ts';
import type { Instant } from './instant.ts';

/** `ok`: nothing to say. `warning`: a run may start, but something should be known. `blocked`: a run cannot succeed. */
export type PreflightVerdict = 'ok' | 'warning' | 'blocked';

/** One finding, told to a person. `reason` is stable; the sentences are not. */
export interface PreflightMessage<Reason extends string> {
  readonly level: 'warning' | 'blocked';
  readonly reason: Reason;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** The next step, one sentence. */
  readonly action: string;
}

/** Everything that can be wrong with a ticket. */
export type TicketReason =
  | 'missing'
  | 'empty'
  | 'not-a-file'
  | 'unreadable'
  | 'unsupported-cache'
  | 'not-inspectable'
  | 'bad-configuration'
  | 'not-a-cache'
  | 'damaged'
  | 'no-tickets'
  | 'no-tgt'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-principal'
  | 'ends-before-run'
  | 'ends-soon'
  | 'clock-offset'
  | 'cut-short';

/** Who named the ticket cache. */
export type CacheOrigin = 'settings' | 'KRB5CCNAME' | 'krb5.conf' | 'default';

/** What the cache says. Where it could not be read, only its name stands here. Never a key, never a ticket. */
export interface TicketFacts {
  /** The cache as it was named, such as `FILE:/tmp/krb5cc_1000`. */
  readonly cache: string;
  readonly cacheFrom: CacheOrigin;
  /** The file that was read, where the cache is one. */
  readonly path?: string;
  /** Whose tickets they are, such as `analyst@EXAMPLE.COM`. */
  readonly principal?: string;
  readonly realm?: string;
  /** Times of the ticket-granting ticket, by the key server's clock. */
  readonly startsAt?: Instant;
  readonly endsAt?: Instant;
  /** Set only where the ticket can be renewed. */
  readonly renewTill?: Instant;
  readonly renewable: boolean;
  /** The key server's clock minus this machine's when the ticket was fetched, in seconds; absent where the cache does not say. */
  readonly clockOffsetSeconds?: number;
  /** Seconds until the ticket ends; 0 once it has ended. */
  readonly remainingSeconds?: number;
}

/** The state of the ticket at one moment. */
export interface TicketPreflight {
  readonly verdict: PreflightVerdict;
  readonly checkedAt: Instant;
  readonly facts: TicketFacts;
  /** The gravest first; empty exactly where the verdict is `ok`. */
  readonly messages: readonly PreflightMessage<TicketReason>[];
}

/** Everything that can be wrong with the Oracle Instant Client. */
export type InstantClientReason =
  | 'not-configured'
  | 'no-folder'
  | 'not-a-folder'
  | 'unreadable'
  | 'no-library'
  | 'empty-library'
  | 'not-a-library'
  | 'other-platform'
  | 'wrong-architecture'
  | 'not-oracle'
  | 'missing-dependency'
  | 'not-loadable'
  | 'load-crashed'
  | 'load-timeout';

/** The state of the Oracle Instant Client. */
export interface InstantClientCheck {
  readonly verdict: PreflightVerdict;
  /** The folder as configured. */
  readonly folder?: string;
  /** The library file found in it. */
  readonly library?: string;
  /** Such as `23.5.0.24.7`; known once the library has been loaded. */
  readonly version?: string;
  /** At most one: the first thing that stands in the way. */
  readonly messages: readonly PreflightMessage<InstantClientReason>[];
  /** The loader's own words, for whoever mends it. */
  readonly detail?: string;
}

/** The gravest level among messages, as a verdict. */
export function verdictOf(messages: readonly { readonly level: 'warning' | 'blocked' }[]): PreflightVerdict {
  if (messages.some((message) => message.level === 'blocked')) return 'blocked';
  return messages.length > 0 ? 'warning' : 'ok';
}

const ticketCodes: Readonly<Record<TicketReason, ErrorCode>> = {
  missing: 'kerberos.missing',
  empty: 'kerberos.missing',
  'not-a-file': 'kerberos.unsupported-cache',
  unreadable: 'kerberos.unreadable',
  'unsupported-cache': 'kerberos.unsupported-cache',
  'not-inspectable': 'kerberos.unsupported-cache',
  'bad-configuration': 'kerberos.unreadable',
  'not-a-cache': 'kerberos.unreadable',
  damaged: 'kerberos.unreadable',
  'no-tickets': 'kerberos.missing',
  'no-tgt': 'kerberos.missing',
  expired: 'kerberos.expired',
  'not-yet-valid': 'kerberos.not-yet-valid',
  'wrong-principal': 'kerberos.wrong-principal',
  'ends-before-run': 'kerberos.expired',
  'ends-soon': 'kerberos.expired',
  'clock-offset': 'kerberos.not-yet-valid',
  'cut-short': 'kerberos.unreadable',
};

/** Why no run with this ticket can succeed, as a failure; `undefined` unless the verdict is `blocked`. */
export function ticketFailure(preflight: TicketPreflight): Failure | undefined {
  const worst = preflight.messages.find((message) => message.level === 'blocked');
  if (worst === undefined) return undefined;
  return failure(ticketCodes[worst.reason], { message: worst.message, action: worst.action });
}

/** Why the Oracle client cannot be used, as a failure; `undefined` unless the verdict is `blocked`. */
export function instantClientFailure(check: InstantClientCheck): Failure | undefined {
  const worst = check.messages.find((message) => message.level === 'blocked');
  if (worst === undefined) return undefined;
  return failure('db.client-missing', {
    message: worst.message,
    action: worst.action,
    ...(check.detail === undefined ? {} : { detail: check.detail }),
  });
}

/** The ticket that some databases are entered with. */
export interface DatabaseTicket {
  /** Names of the databases that depend on it. */
  readonly databases: readonly string[];
  readonly preflight: TicketPreflight;
}

/** Everything that is known before a run. */
export interface PreflightView {
  /** One for each cache and principal that a configured database uses; empty where none is entered with Kerberos. */
  readonly tickets: readonly DatabaseTicket[];
  /** When the run that goes on, or one started now, is expected to end; absent where no history and no deadline tells. */
  readonly runEndsAt?: Instant;
  /** Absent where no configured database needs the client library. */
  readonly instantClient?: InstantClientCheck;
  /** Why no run can succeed at all: every configured database is blocked. */
  readonly blocked?: Failure;
}
