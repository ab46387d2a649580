/** Tells an analyst who looks elsewhere that a run has ended, in the words of its outcome. */
import type { NotificationConstructorOptions } from 'electron';
import { assertNever } from '../app/base/assert-never.ts';
import type { Events } from '../app/contract/methods.ts';
import type { RunOutcomeKind } from '../app/model/run.ts';

/** What notifications act on. */
export interface NotificationPorts {
  /** Whether any of our windows has the focus: then the window says it all. */
  isFocused(): boolean;
  show(options: NotificationConstructorOptions): void;
}

/** Shows a notification for a run event that ends a run while no window has the focus. */
export function notifyRunEnded(payload: Events['run.event'], ports: NotificationPorts): void {
  if (payload.event.kind !== 'run-ended' || ports.isFocused()) return;
  ports.show({ title: 'Client Activity Monitor', body: outcomeSentence(payload.event.outcome) });
}

/** One sentence per outcome. No client, count or database is named: notifications stay on lock screens and in their history. */
function outcomeSentence(outcome: RunOutcomeKind): string {
  switch (outcome) {
    case 'succeeded':
      return 'The analysis is complete: every source has answered.';
    case 'partial':
      return 'The analysis has ended with sources missing; clients may be undetermined.';
    case 'failed':
      return 'The analysis has failed.';
    case 'cancelled':
      return 'The analysis was cancelled.';
    default:
      return assertNever(outcome);
  }
}
