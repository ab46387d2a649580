/** The two steps of a logon, and what can be made to go wrong in them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Accounts, type AuthPair, type Challenge } from './authentication.ts';
import { type CallChannel } from './connection.ts';
import { type FaultList } from './faults.ts';
import { OraError } from './ora-error.ts';
import { packedVersion, type Profile } from './profiles.ts';
import { writeAuthPairs, writeEnd } from './responses.ts';
import { type WireReader } from './wire-reader.ts';
import { type WireWriter } from './wire-writer.ts';

/** What a logon needs of its listener. */
export interface LogonContext {
  readonly profile: Profile;
  readonly accounts: Accounts;
  readonly faults: FaultList;
  /** Told of every finished logon. */
  readonly onLogon: (accepted: boolean) => void;
}

/** One session's logon. */
export class Logon {
  readonly #sessionId: number;
  readonly #context: LogonContext;
  #challenge: Challenge | undefined;

  constructor(sessionId: number, context: LogonContext) {
    this.#sessionId = sessionId;
    this.#context = context;
  }

  /** Answers the first message. */
  async challengeUser(user: string, channel: CallChannel): Promise<void> {
    const { faults, accounts } = this.#context;
    if (faults.take('swallow-logon') !== undefined) await untilAborted(channel.signal);
    const delay = faults.take('delay', undefined, ({ stage }) => stage === 'logon');
    if (delay !== undefined) await sleep(delay.ms, undefined, { signal: channel.signal });
    this.#challenge = await accounts.challenge(user);
    writeAuthPairs(channel.message, this.#challenge.pairs());
    this.#end(channel.message);
    const cut = faults.take('cut-logon');
    if (cut !== undefined) await channel.cut(cut.how);
  }

  /** Answers the second message. @returns the account, or undefined when it was refused and the connection ends */
  async verify(pairs: ReadonlyMap<string, string>, service: string, channel: CallChannel): Promise<string | undefined> {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    const proof = await challenge?.verify(pairs);
    const refusal = proof === undefined ? 1017 : this.#context.faults.take('logon-error')?.code;
    this.#context.onLogon(refusal === undefined);
    if (challenge === undefined || proof === undefined || refusal !== undefined) {
      this.#end(channel.message, new OraError(refusal ?? 1017));
      channel.hangUpAfterwards();
      return undefined;
    }
    writeAuthPairs(channel.message, sessionPairs(proof, service, this.#sessionId, this.#context.profile));
    this.#end(channel.message);
    return challenge.user;
  }

  #end(out: WireWriter, outcome?: OraError): void {
    writeEnd(out, { cursorId: 0, rows: 0, transaction: false, outcome }, this.#context.profile.fieldVersion);
  }
}

/** Takes what stands before the first authentication message in a fast authentication request: protocol and data types. */
export function skipFastAuthentication(reader: WireReader): void {
  reader.skip(4 + 3);
  reader.untilZero();
  reader.skip(6 + 6);
  reader.clr();
  const hasZone = ((reader.clr()?.[1] ?? 0) & 1) === 1;
  if (hasZone) reader.skip(11);
  while (reader.u16() !== 0) if (reader.u16() !== 0) reader.skip(4);
}

function sessionPairs(proof: string, service: string, id: number, profile: Profile): AuthPair[] {
  const values: Readonly<Record<string, string>> = {
    AUTH_SVR_RESPONSE: proof,
    AUTH_VERSION_NO: String(packedVersion(profile)),
    AUTH_VERSION_STRING: profile.banner,
    AUTH_SC_SERVICE_NAME: service,
    AUTH_SC_DBUNIQUE_NAME: service,
    AUTH_SC_REAL_DBUNIQUE_NAME: service,
    AUTH_INSTANCENAME: service,
    AUTH_DBNAME: service,
    AUTH_SESSION_ID: String(id),
    AUTH_SERIAL_NUM: '1',
    AUTH_MAX_OPEN_CURSORS: '300',
    AUTH_MAX_IDEN_LENGTH: '128',
  };
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

/** Waits for the end of a call that is never answered. @throws the signal's reason, always */
async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }
  signal.throwIfAborted();
}
