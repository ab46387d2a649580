/** Judges the Kerberos ticket before a run: what it says, whether it will do, and what to do when it will not. */
import { instantFromMs } from '../model/instant.ts';
import { type TicketFacts, type TicketPreflight, type TicketReason, verdictOf, type PreflightMessage } from '../model/preflight.ts';
import { type CacheLocation, type CacheSettings, locateCache } from './cache-location.ts';
import { type CachedTicket, type CacheReading, ticketFlags } from './ccache.ts';
import type { KerberosMachine } from './krb5-conf.ts';
import { type Finding, locationFinding, noReadingFinding, ticketFindings } from './preflight-messages.ts';
import { readCacheFile } from './read-cache-file.ts';

/** What a ticket is judged by. */
export interface TicketRequest extends CacheSettings {
  readonly machine: KerberosMachine;
  /** Whose ticket it has to be, such as `analyst@EXAMPLE.COM`; without a realm only the name is compared. */
  readonly principal?: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly nowMs: number;
  /** When the run is expected to end, in the same count; absent where nothing is planned. */
  readonly runEndsMs?: number;
}

/** A judgement and the file it rests on, for whoever watches it. */
export interface CheckedTicket {
  readonly preflight: TicketPreflight;
  readonly location: CacheLocation;
}

/** Finds the cache, reads it and judges it. Never throws: whatever goes wrong is a finding. */
export async function checkTicket(request: TicketRequest): Promise<CheckedTicket> {
  const location = await locateCache(request.machine, request);
  return { location, preflight: await judge(location, request) };
}

async function judge(location: CacheLocation, request: TicketRequest): Promise<TicketPreflight> {
  const named = { cache: location.name, cacheFrom: location.from };
  if (location.kind !== 'file') return verdict(request, { ...named, renewable: false }, [locationFinding(location, request.principal)]);
  const facts = { ...named, path: location.path };
  const reading = await readCacheFile(location.path);
  if (reading.ok) return judgeReading(reading.value, facts, request);
  return verdict(request, { ...facts, renewable: false }, [noReadingFinding(reading.error, location.path, request.principal)]);
}

/** Judges what a cache says. Pure. */
export function judgeReading(
  reading: CacheReading,
  named: Pick<TicketFacts, 'cache' | 'cacheFrom' | 'path'>,
  request: Pick<TicketRequest, 'principal' | 'nowMs' | 'runEndsMs'>,
): TicketPreflight {
  const tgt = grantingTicket(reading);
  const facts: TicketFacts = {
    ...named,
    principal: reading.principal,
    realm: reading.realm,
    ...(reading.clockOffsetSeconds === undefined ? {} : { clockOffsetSeconds: reading.clockOffsetSeconds }),
    ...(tgt === undefined ? { renewable: false } : timesOf(tgt, request.nowMs)),
  };
  return verdict(request, facts, ticketFindings(reading, tgt, facts, request));
}

/** The ticket that gets all others: `krbtgt/REALM@REALM` of the cache's own realm; of several the one that ends last. */
function grantingTicket(reading: CacheReading): CachedTicket | undefined {
  const server = `krbtgt/${reading.realm}@${reading.realm}`;
  let best: CachedTicket | undefined;
  for (const ticket of reading.tickets) {
    if (ticket.server === server && (best === undefined || ticket.endTime > best.endTime)) best = ticket;
  }
  return best;
}

function timesOf(
  tgt: CachedTicket,
  nowMs: number,
): Pick<TicketFacts, 'startsAt' | 'endsAt' | 'renewTill' | 'renewable' | 'remainingSeconds'> {
  const renewable = (tgt.flags & ticketFlags.renewable) !== 0 && tgt.renewTill > tgt.startTime;
  return {
    startsAt: instantFromMs(tgt.startTime * 1000),
    endsAt: instantFromMs(tgt.endTime * 1000),
    ...(renewable ? { renewTill: instantFromMs(tgt.renewTill * 1000) } : {}),
    renewable,
    remainingSeconds: Math.max(0, Math.floor(tgt.endTime - nowMs / 1000)),
  };
}

function verdict(request: Pick<TicketRequest, 'nowMs'>, facts: TicketFacts, findings: readonly Finding[]): TicketPreflight {
  const messages: readonly PreflightMessage<TicketReason>[] = [
    ...findings.filter((finding) => finding.level === 'blocked'),
    ...findings.filter((finding) => finding.level === 'warning'),
  ];
  return { verdict: verdictOf(messages), checkedAt: instantFromMs(request.nowMs), facts, messages };
}
