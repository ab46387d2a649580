/** Tells an analyst who looks elsewhere that a run has ended, in the words of its outcome. */
import type { NotificationConstructorOptions } from 'electron';
import { assertNever } from '../app/base/assert-never.ts';
import type { Events } from '../app/contract/methods.ts';
import type { MissingSource, RunOutcomeKind } from '../app/model/run.ts';
import { shortMissingLines } from '../app/report/missing.ts';

/** What notifications act on. */
export interface NotificationPorts {
  /** Whether any of our windows has the focus: then the window says it all. */
  isFocused(): boolean;
  show(options: NotificationConstructorOptions): void;
}

/**
 * Shows a notification for a run event that ends a run while no window has the focus. `missing` is what the run has no answer
 * from (the first three are named, the others counted: systems cut a long text); `filters` is what the rule's filters hid, a sentence
 * each; `zone` is the analyst's.
 */
export function notifyRunEnded(
  payload: Events['run.event'],
  { missing, filters, zone }: { readonly missing: readonly MissingSource[]; readonly filters: readonly string[]; readonly zone: string },
  ports: NotificationPorts,
): void {
  if (payload.event.kind !== 'run-ended' || ports.isFocused()) return;
  const lines = [outcomeSentence(payload.event.outcome), ...shortMissingLines(missing, zone), ...filters];
  ports.show({ title: 'Client Activity Monitor', body: lines.join('\n') });
}

/** One sentence per outcome. No client is named, nor how many: notifications stay on lock screens and in their history. */
function outcomeSentence(outcome: RunOutcomeKind): string {
  switch (outcome) {
    case 'succeeded':
      return 'The analysis is complete: every source has answered.';
    case 'partial':
      return 'The analysis has ended with sources missing; clients may be undetermined.';
    case 'failed':
      return 'The analysis has failed: there is no result to rely on.';
    case 'cancelled':
      return 'The analysis was cancelled.';
    default:
      return assertNever(outcome);
  }
}
