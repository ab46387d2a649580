/**
 * Reads a Kerberos ticket cache of type FILE, format version 4, as MIT Kerberos and Heimdal write it.
 *
 * The format is described at https://web.mit.edu/kerberos/krb5-latest/doc/formats/ccache_file_format.html. All numbers
 * are big-endian; times are seconds since 1970-01-01 UTC in 32 bits without a sign.
 *
 * Keys and tickets are passed over: no byte of them is copied, decoded or returned. A damaged length could make key bytes
 * look like names or times, so an entry counts only when all of its fields are plausible together.
 */
import type { Result } from '../base/result.ts';
import { ByteReader } from './byte-reader.ts';

/** A ticket without its secrets. */
export interface CachedTicket {
  /** Such as `analyst@EXAMPLE.COM`; `/`, `@` and `\` inside a component are written with a backslash. */
  readonly client: string;
  /** Such as `krbtgt/EXAMPLE.COM@EXAMPLE.COM`. */
  readonly server: string;
  /** Number of the session key's encryption type (RFC 3961 registry). */
  readonly encryptionType: number;
  /** UTC seconds. */
  readonly authTime: number;
  /** UTC seconds; the time of authentication where the cache says 0. */
  readonly startTime: number;
  /** UTC seconds. */
  readonly endTime: number;
  /** UTC seconds; 0 where the ticket cannot be renewed. */
  readonly renewTill: number;
  /** The flags of RFC 4120, section 5.3, first flag in the highest bit. */
  readonly flags: number;
}

/** What a cache holds. */
export interface CacheReading {
  readonly principal: string;
  readonly realm: string;
  /** The key server's clock minus this machine's, in seconds; absent where the file does not say (Heimdal). */
  readonly clockOffsetSeconds?: number;
  readonly tickets: readonly CachedTicket[];
  /** Names of the library's own notes in the cache, such as `fast_avail`; their values are not read. */
  readonly notes: readonly string[];
  /** Entries that are marked as removed. */
  readonly removed: number;
  /** Where the list of entries breaks off: the entry is cut short, or not plausible. What comes after it is unknown. */
  readonly brokenAt?: { readonly offset: number; readonly bytes: number; readonly kind: 'cut-short' | 'damaged' };
}

/** Why there is no reading. */
export type CacheProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-a-cache' }
  | { readonly kind: 'unsupported-version'; readonly version: number }
  | { readonly kind: 'cut-short'; readonly inside: 'header' | 'default principal' }
  | { readonly kind: 'damaged'; readonly inside: 'header' | 'default principal' };

/** Flags of a ticket (RFC 4120, section 5.3). */
export const ticketFlags = {
  forwardable: 0x40000000,
  postdated: 0x02000000,
  invalid: 0x01000000,
  renewable: 0x00800000,
  initial: 0x00400000,
} as const;

/** Limits that no real cache reaches and garbage soon passes. */
const limits = { components: 32, nameBytes: 1024, nameType: 0xffff, listEntries: 1024 } as const;
const offsetTag = 1;
const noteRealm = 'X-CACHECONF:';
const removedNoteRealm = 'X-RMED-CONF:';

/** Lengths of session keys in bytes by encryption type (IANA registry "Kerberos Encryption Type Numbers"). */
const keyLengths: Readonly<Record<number, number>> = {
  1: 8,
  2: 8,
  3: 8,
  5: 24,
  7: 24,
  16: 24,
  17: 16,
  18: 32,
  19: 16,
  20: 32,
  23: 16,
  24: 16,
  25: 16,
  26: 32,
};

/** Reads a cache. Never throws, whatever the bytes. */
export function readTicketCache(bytes: Uint8Array): Result<CacheReading, CacheProblem> {
  const reader = new ByteReader(bytes);
  const header = readHeader(reader, bytes.length);
  if (!header.ok) return header;
  const principal = readPrincipal(reader);
  if (reader.isCut()) return problem({ kind: 'cut-short', inside: 'default principal' });
  if (principal === undefined) return problem({ kind: 'damaged', inside: 'default principal' });
  return {
    ok: true,
    value: {
      principal: principal.name,
      realm: principal.realm,
      ...(header.value === undefined ? {} : { clockOffsetSeconds: header.value }),
      ...readEntries(reader, bytes.length),
    },
  };
}

function problem(error: CacheProblem): { readonly ok: false; readonly error: CacheProblem } {
  return { ok: false, error };
}

/** The header; its value is the clock offset where there is one. */
function readHeader(reader: ByteReader, size: number): Result<number | undefined, CacheProblem> {
  if (size === 0) return problem({ kind: 'empty' });
  if (reader.u8() !== 5) return problem({ kind: 'not-a-cache' });
  if (size === 1) return problem({ kind: 'cut-short', inside: 'header' });
  const version = reader.u8();
  if (version !== 4) return problem({ kind: 'unsupported-version', version });
  const end = reader.u16() + reader.offset;
  if (reader.isCut() || end > size) return problem({ kind: 'cut-short', inside: 'header' });
  let offset: number | undefined;
  while (reader.offset < end) {
    const tag = reader.u16();
    const length = reader.u16();
    if (reader.isCut() || reader.offset + length > end) return problem({ kind: 'damaged', inside: 'header' });
    if (tag === offsetTag && length === 8) offset = reader.i32() + reader.i32() / 1e6;
    else reader.skip(length);
  }
  return { ok: true, value: offset };
}

interface Principal {
  readonly name: string;
  readonly realm: string;
  readonly components: readonly string[];
}

function readPrincipal(reader: ByteReader): Principal | undefined {
  const nameType = reader.u32();
  const count = reader.u32();
  if (nameType > limits.nameType || count > limits.components) return undefined;
  const realm = readText(reader);
  const components: string[] = [];
  for (let index = 0; index < count && !reader.isCut(); index += 1) {
    const component = readText(reader);
    if (component === undefined) return undefined;
    components.push(component);
  }
  if (reader.isCut() || realm === undefined) return undefined;
  return { name: `${components.map(quoted).join('/')}@${quoted(realm)}`, realm, components };
}

function readText(reader: ByteReader): string | undefined {
  return reader.text(reader.u32(), limits.nameBytes);
}

function quoted(part: string): string {
  return part.replace(/[\\/@]/g, '\\$&');
}

function readEntries(reader: ByteReader, size: number): Pick<CacheReading, 'tickets' | 'notes' | 'removed' | 'brokenAt'> {
  const tickets: CachedTicket[] = [];
  const notes: string[] = [];
  let removed = 0;
  while (!reader.isDone()) {
    const offset = reader.offset;
    const entry = readEntry(reader);
    if (entry === undefined) {
      const kind = reader.isCut() ? 'cut-short' : 'damaged';
      return { tickets, notes, removed, brokenAt: { offset, bytes: size - offset, kind } };
    }
    if (entry.kind === 'ticket') tickets.push(entry.ticket);
    else if (entry.kind === 'note') notes.push(entry.name);
    else removed += 1;
  }
  return { tickets, notes, removed };
}

type Entry =
  | { readonly kind: 'ticket'; readonly ticket: CachedTicket }
  | { readonly kind: 'note'; readonly name: string }
  | { readonly kind: 'removed' };

/** One entry; `undefined` where it is cut short (the reader says so) or not plausible. */
function readEntry(reader: ByteReader): Entry | undefined {
  const client = readPrincipal(reader);
  const server = client === undefined ? undefined : readPrincipal(reader);
  if (client === undefined || server === undefined) return undefined;
  const encryptionType = reader.u16();
  const keyLength = reader.u32();
  if (reader.isCut()) return undefined;
  const isNote = server.realm === noteRealm || server.realm === removedNoteRealm;
  if (!isPlausibleKey(encryptionType, keyLength, isNote)) return undefined;
  reader.skip(keyLength);
  const times = { authTime: reader.u32(), startTime: reader.u32(), endTime: reader.u32(), renewTill: reader.u32() };
  const isSessionKey = reader.u8();
  const flags = reader.u32();
  if (isSessionKey > 1) return undefined;
  if (!skipList(reader) || !skipList(reader)) return undefined;
  reader.skip(reader.u32());
  reader.skip(reader.u32());
  if (reader.isCut()) return undefined;
  if (server.realm === removedNoteRealm || (times.endTime === 0 && times.authTime !== 0)) return { kind: 'removed' };
  if (isNote) return { kind: 'note', name: server.components[1] ?? '' };
  const startTime = times.startTime === 0 ? times.authTime : times.startTime;
  return { kind: 'ticket', ticket: { client: client.name, server: server.name, encryptionType, ...times, startTime, flags } };
}

/** Whether a key of this type can have this length. Notes have no key; a type that is not known here may have any usual length. */
function isPlausibleKey(encryptionType: number, length: number, isNote: boolean): boolean {
  if (isNote && length === 0) return true;
  const known = keyLengths[encryptionType];
  return known === undefined ? length >= 8 && length <= 64 && length % 8 === 0 : length === known;
}

/** Passes over a list of (type, data), the form of addresses and of authorisation data; false where it cannot be one. */
function skipList(reader: ByteReader): boolean {
  const count = reader.u32();
  if (count > limits.listEntries) return false;
  for (let index = 0; index < count && !reader.isCut(); index += 1) {
    reader.u16();
    reader.skip(reader.u32());
  }
  return !reader.isCut();
}
