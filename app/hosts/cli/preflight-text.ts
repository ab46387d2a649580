/** What is known before a run, as lines for a terminal: tickets with their facts, client library, what to do. */
import type { DatabaseTicket, InstantClientCheck, PreflightMessage, PreflightView, TicketFacts } from '../../model/preflight.ts';
import { formatInZone } from '../../model/zoned-time.ts';

/** Everything, for `cam check`; empty where no database needs a ticket or the library. Times are written in `zone`. */
export function preflightText({ tickets, instantClient, runEndsAt }: PreflightView, zone: string): string {
  const lines = [
    ...tickets.flatMap((ticket) => ticketLines(ticket, zone)),
    ...(runEndsAt === undefined ? [] : [`A run started now is expected to last until ${inZone(runEndsAt, zone)}.`]),
    ...(instantClient === undefined ? [] : clientLines(instantClient)),
  ];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`;
}

/** Only what stands in the way, for `cam plan`. */
export function preflightWarnings({ tickets, instantClient }: PreflightView): readonly string[] {
  return [...tickets.flatMap(({ preflight }) => preflight.messages), ...(instantClient?.messages ?? [])].map(sentenceOf);
}

function ticketLines({ databases, preflight: { verdict, facts, messages } }: DatabaseTicket, zone: string): string[] {
  return [
    `Kerberos ticket of ${databases.join(', ')}: ${verdict}`,
    ...factsOf(facts, zone).map(([name, value]) => `  ${name.padEnd(15)} ${value}`),
    ...messages.map((message) => `  ${sentenceOf(message)}`),
  ];
}

function factsOf(facts: TicketFacts, zone: string): readonly (readonly [string, string])[] {
  const { cache, principal, realm, endsAt, renewable, renewTill, clockOffsetSeconds } = facts;
  return [
    ['cache', cache],
    ...(principal === undefined ? [] : [['principal', principal] as const]),
    ...(realm === undefined ? [] : [['realm', realm] as const]),
    ...(endsAt === undefined ? [] : [['ends', inZone(endsAt, zone)] as const]),
    ...(endsAt === undefined
      ? []
      : [['renewable', renewable && renewTill !== undefined ? `until ${inZone(renewTill, zone)}` : 'no'] as const]),
    ...(clockOffsetSeconds === undefined ? [] : [['clock offset', `${String(clockOffsetSeconds)} s`] as const]),
  ];
}

function clientLines({ verdict, version, library, folder, messages, detail }: InstantClientCheck): string[] {
  const where = library ?? folder;
  return [
    `Oracle client library: ${verdict}${version === undefined ? '' : `, version ${version}`}${where === undefined ? '' : `, ${where}`}`,
    ...messages.map((message) => `  ${sentenceOf(message)}`),
    ...(detail === undefined ? [] : [`  ${detail}`]),
  ];
}

function sentenceOf({ level, message, action }: PreflightMessage<string>): string {
  return `${level === 'blocked' ? 'Not usable' : 'Warning'}: ${message} ${action}`;
}

function inZone(instant: string, zone: string): string {
  return `${formatInZone(instant, zone)} ${zone}`;
}
