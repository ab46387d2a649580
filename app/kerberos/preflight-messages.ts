/** The sentences of the ticket check: what is wrong, and the next step with the command to type. */
import { assertNever } from '../base/assert-never.ts';
import type { PreflightMessage, TicketFacts, TicketReason } from '../model/preflight.ts';
import type { CacheLocation } from './cache-location.ts';
import { type CachedTicket, type CacheProblem, type CacheReading, ticketFlags } from './ccache.ts';
import type { FileProblem } from './read-cache-file.ts';

/** One finding about a ticket. */
export type Finding = PreflightMessage<TicketReason>;

/** What Kerberos itself tolerates between clocks, in seconds (krb5.conf `clockskew`, default 300). */
const clockToleranceSeconds = 300;
/** A ticket with less than this is nearly over, in seconds. */
const nearlyOverSeconds = 15 * 60;

/** Why a cache's name alone ends the check. */
export function locationFinding(location: Exclude<CacheLocation, { kind: 'file' }>, principal: string | undefined): Finding {
  switch (location.kind) {
    case 'windows':
      return warning(
        'not-inspectable',
        'Windows keeps the Kerberos tickets itself, so they cannot be checked before a run.',
        `If the logon fails, type klist in a console to see them, or run ${kinit(principal, '<path>')} and set krb5_cache to that path.`,
      );
    case 'unsupported':
      return blocked(
        'unsupported-cache',
        `The Kerberos tickets are kept in ${location.name}, which is not a file (${origin(location)}).`,
        `Run ${kinit(principal, '<path>')} and set krb5_cache in the settings to that path.`,
      );
    case 'invalid':
      return blocked('bad-configuration', location.why, 'Set krb5_cache in the settings to the path of the ticket cache.');
    default:
      return assertNever(location);
  }
}

/** Why a file gave no reading. */
export function noReadingFinding(problem: FileProblem | CacheProblem, path: string, principal: string | undefined): Finding {
  const again = `Run ${kinit(principal, path)}.`;
  const anew = `Run kdestroy -c FILE:${path}, then ${kinit(principal, path)}.`;
  const otherPath = 'Set krb5_cache in the settings to the ticket cache itself, or leave it empty for the default.';
  switch (problem.kind) {
    case 'missing':
      return blocked('missing', `There is no Kerberos ticket cache at ${path}.`, again);
    case 'not-a-file':
      return blocked('not-a-file', `${path} is not a file.`, otherPath);
    case 'too-large':
      return blocked('not-a-cache', `${path} is far too large for a Kerberos ticket cache.`, otherPath);
    case 'unreadable':
      return blocked(
        'unreadable',
        `The Kerberos ticket cache ${path} cannot be read (${problem.code}).`,
        'Check who owns the file and its rights: it has to be yours.',
      );
    case 'empty':
      return blocked('empty', `The Kerberos ticket cache ${path} is empty.`, again);
    case 'not-a-cache':
      return blocked('not-a-cache', `${path} is not a Kerberos ticket cache.`, otherPath);
    case 'unsupported-version':
      return blocked(
        'not-a-cache',
        `The Kerberos ticket cache ${path} has format version ${problem.version}; only version 4 can be read.`,
        `Take ccache_type out of krb5.conf, then run ${kinit(principal, path)}.`,
      );
    case 'cut-short':
      return blocked('damaged', `The Kerberos ticket cache ${path} ends inside its ${problem.inside}.`, anew);
    case 'damaged':
      return blocked('damaged', `The ${problem.inside} of the Kerberos ticket cache ${path} is damaged.`, anew);
    default:
      return assertNever(problem);
  }
}

/** Everything there is to say about a cache that could be read. */
export function ticketFindings(
  reading: CacheReading,
  tgt: CachedTicket | undefined,
  facts: TicketFacts,
  request: { readonly principal?: string; readonly nowMs: number; readonly runEndsMs?: number },
): readonly Finding[] {
  const again = kinit(request.principal ?? reading.principal, facts.path);
  const findings: Finding[] = [];
  if (request.principal !== undefined && !isPrincipal(reading.principal, request.principal)) {
    findings.push(
      warning(
        'wrong-principal',
        `The Kerberos ticket belongs to ${reading.principal}, but ${request.principal} is configured.`,
        `Run ${kinit(request.principal, facts.path)}, or correct the principal in databases.yaml.`,
      ),
    );
  }
  findings.push(...(tgt === undefined ? withoutTgt(reading, request.nowMs, again) : ofTgt(tgt, facts, again, request)));
  const offset = reading.clockOffsetSeconds ?? 0;
  if (Math.abs(offset) > clockToleranceSeconds) {
    findings.push(
      warning(
        'clock-offset',
        `This machine's clock was ${duration(Math.abs(offset))} ${offset > 0 ? 'behind' : 'ahead of'} the Kerberos server's when the ticket was fetched.`,
        `Set the clock (or switch time synchronisation on), then run ${again}.`,
      ),
    );
  }
  if (reading.brokenAt !== undefined) {
    const { bytes, kind } = reading.brokenAt;
    const what = kind === 'cut-short' ? 'is cut short' : 'is damaged';
    findings.push(
      warning('cut-short', `The last entry of the Kerberos ticket cache ${what} (${bytes} bytes).`, `If the logon fails, run ${again}.`),
    );
  }
  return findings;
}

/** Without the ticket that gets others, only the service tickets already there can be used. */
function withoutTgt(reading: CacheReading, nowMs: number, again: string): readonly Finding[] {
  const last = reading.tickets.reduce((end, ticket) => Math.max(end, ticket.endTime), 0);
  if (reading.tickets.length === 0) {
    return [blocked('no-tickets', `The Kerberos ticket cache of ${reading.principal} holds no ticket.`, `Run ${again}.`)];
  }
  if (last * 1000 <= nowMs) {
    return [blocked('expired', `Every Kerberos ticket of ${reading.principal} has expired, the last at ${utc(last)}.`, `Run ${again}.`)];
  }
  return [
    warning(
      'no-tgt',
      `The Kerberos ticket cache of ${reading.principal} has service tickets but no ticket-granting ticket, so no further database can be entered.`,
      `Run ${again}.`,
    ),
  ];
}

function ofTgt(
  tgt: CachedTicket,
  facts: TicketFacts,
  again: string,
  request: { readonly nowMs: number; readonly runEndsMs?: number },
): readonly Finding[] {
  const now = request.nowMs / 1000;
  const who = facts.principal ?? '';
  if (tgt.endTime <= now) {
    return [blocked('expired', `The Kerberos ticket of ${who} expired at ${utc(tgt.endTime)}.`, `Run ${again}.`)];
  }
  if (tgt.startTime > now + clockToleranceSeconds) {
    const action = `Check this machine's clock (it says ${utc(now)}), or wait until then and run ${again}.`;
    return [blocked('not-yet-valid', `The Kerberos ticket of ${who} is not valid before ${utc(tgt.startTime)}.`, action)];
  }
  if ((tgt.flags & ticketFlags.invalid) !== 0) {
    return [blocked('not-yet-valid', `The postdated Kerberos ticket of ${who} has not been validated.`, `Run kinit -v, or ${again}.`)];
  }
  return endsTooSoon(tgt, facts, again, request);
}

function endsTooSoon(
  tgt: CachedTicket,
  facts: TicketFacts,
  again: string,
  request: { readonly nowMs: number; readonly runEndsMs?: number },
): readonly Finding[] {
  const left = facts.remainingSeconds ?? 0;
  const canRenew = facts.renewable && tgt.renewTill > tgt.endTime;
  const action = canRenew ? `Run kinit -R -c FILE:${facts.path ?? ''} now, while it can still be renewed.` : `Run ${again} before the run.`;
  const findings: Finding[] = [];
  if (request.runEndsMs !== undefined && tgt.endTime * 1000 < request.runEndsMs) {
    const message = `The Kerberos ticket ends at ${utc(tgt.endTime)}, and a run is expected to last until ${utc(request.runEndsMs / 1000)}.`;
    findings.push(warning('ends-before-run', message, action));
  }
  if (left < nearlyOverSeconds) {
    findings.push(warning('ends-soon', `The Kerberos ticket ends in ${duration(left)}, at ${utc(tgt.endTime)}.`, action));
  }
  return findings;
}

/** A configured name without a realm stands for that name in any realm. */
function isPrincipal(actual: string, configured: string): boolean {
  if (/(?<!\\)@/.test(configured)) return actual === configured;
  return actual.replace(/(?<!\\)@.*$/s, '') === configured;
}

function kinit(principal: string | undefined, path: string | undefined): string {
  const cache = path === undefined ? '' : ` -c FILE:${path}`;
  return `kinit${cache}${principal === undefined ? '' : ` ${principal}`}`;
}

function origin(location: CacheLocation): string {
  switch (location.from) {
    case 'settings':
      return 'krb5_cache in the settings';
    case 'KRB5CCNAME':
      return 'environment variable KRB5CCNAME';
    case 'krb5.conf':
      return 'default_ccache_name in krb5.conf';
    case 'default':
      return "the system's default";
    default:
      return assertNever(location.from);
  }
}

/** `2026-11-21 08:25 UTC`, of seconds since 1970. */
function utc(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function blocked(reason: TicketReason, message: string, action: string): Finding {
  return { level: 'blocked', reason, message, action };
}

function warning(reason: TicketReason, message: string, action: string): Finding {
  return { level: 'warning', reason, message, action };
}
