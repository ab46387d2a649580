/** The ticket that ends before a run is expected to end. */
import type { PreflightView } from '../../app/model/preflight.ts';

/** When the ticket and the run end; `null` where every ticket lasts, or is of no use anyway. */
export function ticketTooShort({ tickets, runEndsAt }: PreflightView): { readonly endsAt: string; readonly runEndsAt: string } | null {
  if (runEndsAt === undefined) return null;
  const short = tickets.find(({ preflight }) => preflight.messages.some(({ reason }) => reason === 'ends-before-run'));
  const endsAt = short?.preflight.facts.endsAt;
  return endsAt === undefined ? null : { endsAt, runEndsAt };
}
