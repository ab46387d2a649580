/** Tells an analyst who looks elsewhere that a run has ended, in the words of its outcome. */
import type { NotificationConstructorOptions } from 'electron';
import { assertNever } from '../app/base/assert-never.ts';
import type { Events } from '../app/contract/methods.ts';
import type { MissingSource, RunOutcomeKind } from '../app/model/run.ts';
import { missingLine } from '../app/report/missing.ts';

/** What notifications act on. */
export interface NotificationPorts {
  /** Whether any of our windows has the focus: then the window says it all. */
  isFocused(): boolean;
  show(options: NotificationConstructorOptions): void;
}

/**
 * Shows a notification for a run event that ends a run while no window has the focus. `missing` is what the run has no answer
 * from; `zone` is the analyst's.
 */
export function notifyRunEnded(
  payload: Events['run.event'],
  { missing, zone }: { readonly missing: readonly MissingSource[]; readonly zone: string },
  ports: NotificationPorts,
): void {
  if (payload.event.kind !== 'run-ended' || ports.isFocused()) return;
  const lines = [outcomeSentence(payload.event.outcome), ...missingLines(missing, zone)];
  ports.show({ title: 'Client Activity Monitor', body: lines.join('\n') });
}

/** Systems cut a long text; so many sources are named, the others counted. */
const named = 3;

/** What is missing, each with its error and the range of time that stays open. */
function missingLines(missing: readonly MissingSource[], zone: string): readonly string[] {
  const more = missing.length - named;
  return [
    ...missing.slice(0, named).map((source) => `Missing: ${missingLine(source, zone)}`),
    ...(more > 0 ? [`Missing: ${String(more)} more`] : []),
  ];
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
