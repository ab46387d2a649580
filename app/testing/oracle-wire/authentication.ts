/**
 * The server's side of a logon with the 12c verifier. Facts: node_modules/oracledb/lib/thin/protocol/encryptDecrypt.js
 * and messages/auth.js. The client never sends the password in the clear: both sides prove that they can derive the
 * same key from it.
 */
import { createCipheriv, createDecipheriv, createHash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

const verifierIterations = 4096;
const sessionIterations = 3;

/** `AUTH_VFR_DATA` carries the verifier's kind in its flags. */
export const verifierKind12c = 0x4815;

/** What is kept of a password. */
interface Verifier {
  readonly salt: Buffer;
  /** Key for the session keys' exchange. */
  readonly hash: Buffer;
}

/** A key, a value and flags as they stand in an authentication reply. */
export interface AuthPair {
  readonly key: string;
  readonly value: string;
  readonly flags?: number;
}

/** The accounts; deriving a verifier takes milliseconds on purpose, so each is derived once. */
export class Accounts {
  readonly #passwords: ReadonlyMap<string, string>;
  readonly #verifiers = new Map<string, Promise<Verifier>>();

  /** @param users passwords by account name; names are compared in upper case unless quoted */
  constructor(users: Readonly<Record<string, string>>) {
    this.#passwords = new Map(Object.entries(users).map(([name, password]) => [accountName(name), password]));
  }

  /** Begins a logon; an unknown account gets a verifier too, so that it fails exactly as a wrong password does. */
  async challenge(user: string): Promise<Challenge> {
    const name = accountName(user);
    const password = this.#passwords.get(name);
    let verifier = this.#verifiers.get(name);
    if (verifier === undefined) {
      verifier = makeVerifier(password ?? randomBytes(16).toString('hex'));
      this.#verifiers.set(name, verifier);
    }
    return new Challenge(name, password, await verifier);
  }
}

/** An account name as the database stores it. */
export function accountName(name: string): string {
  return name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name.toUpperCase();
}

/** One logon under way. */
export class Challenge {
  readonly user: string;
  readonly #password: string | undefined;
  readonly #verifier: Verifier;
  readonly #serverKey = randomBytes(32);
  readonly #sessionSalt = randomBytes(16);

  constructor(user: string, password: string | undefined, verifier: Verifier) {
    this.user = user;
    this.#password = password;
    this.#verifier = verifier;
  }

  /** The reply to the first message of a logon. */
  pairs(): AuthPair[] {
    return [
      { key: 'AUTH_SESSKEY', value: hex(encrypt(this.#verifier.hash, this.#serverKey)) },
      { key: 'AUTH_VFR_DATA', value: hex(this.#verifier.salt), flags: verifierKind12c },
      { key: 'AUTH_PBKDF2_CSK_SALT', value: hex(this.#sessionSalt) },
      { key: 'AUTH_PBKDF2_VGEN_COUNT', value: String(verifierIterations) },
      { key: 'AUTH_PBKDF2_SDER_COUNT', value: String(sessionIterations) },
    ];
  }

  /**
   * Checks the second message.
   * @returns the server's own proof for `AUTH_SVR_RESPONSE`, or undefined when the password is wrong
   */
  async verify(pairs: ReadonlyMap<string, string>): Promise<string | undefined> {
    const clientKeyText = pairs.get('AUTH_SESSKEY') ?? '';
    const passwordText = pairs.get('AUTH_PASSWORD') ?? '';
    if (this.#password === undefined || clientKeyText.length !== 64 || passwordText.length % 32 !== 0 || passwordText === '')
      return undefined;
    const clientKey = decrypt(this.#verifier.hash, Buffer.from(clientKeyText, 'hex'));
    const both = hex(Buffer.concat([clientKey, this.#serverKey]));
    const combined = await derive(both, this.#sessionSalt, sessionIterations, 32, 'sha512');
    const given = withoutPadding(decrypt(combined, Buffer.from(passwordText, 'hex')).subarray(16));
    const expected = Buffer.from(this.#password, 'utf8');
    if (given?.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return hex(encrypt(combined, withPadding(Buffer.concat([randomBytes(16), Buffer.from('SERVER_TO_CLIENT')]))));
  }
}

async function makeVerifier(password: string): Promise<Verifier> {
  const salt = randomBytes(16);
  const speedy = Buffer.concat([salt, Buffer.from('AUTH_PBKDF2_SPEEDY_KEY')]);
  const key = await derive(Buffer.from(password, 'utf8'), speedy, verifierIterations, 64, 'sha512');
  return { salt, hash: createHash('sha512').update(key).update(salt).digest().subarray(0, 32) };
}

function encrypt(key: Buffer, clear: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(clear), cipher.final()]);
}

function decrypt(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}

function withPadding(bytes: Buffer): Buffer {
  const size = 16 - (bytes.length % 16);
  return Buffer.concat([bytes, Buffer.alloc(size, size)]);
}

/** The bytes before the padding, or undefined where it is no padding: the keys did not match. */
function withoutPadding(bytes: Buffer): Buffer | undefined {
  const size = bytes[bytes.length - 1] ?? 0;
  if (size < 1 || size > 16 || size > bytes.length) return undefined;
  return bytes.subarray(-size).every((byte) => byte === size) ? bytes.subarray(0, bytes.length - size) : undefined;
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase();
}
