/** Tells an analyst who looks elsewhere that a run has ended, in the words of its outcome. */
import type { Notification } from 'electron';
import { assertNever } from '../app/base/assert-never.ts';
import type { Handlers } from '../app/contract/dispatch.ts';
import type { Events } from '../app/contract/methods.ts';
import { filterSentences } from '../app/model/rule-filters.ts';
import { coverageOf } from '../app/model/run-reducer.ts';
import type { MissingSource, RunOutcomeKind, RunState } from '../app/model/run.ts';
import { shortMissingLines } from '../app/report/missing.ts';

/** What notifications act on. */
export interface NotificationPorts {
  /** Whether any of our windows has the focus: then the window says it all. */
  isFocused(): boolean;
  show: ShowNotification;
}

/** Shows a notification, where the system has them. */
export type ShowNotification = (title: string, body: string) => void;

/** Shows notifications of the system; a click on one calls `onClick`. */
export function notifier(SystemNotification: typeof Notification, onClick: () => void): ShowNotification {
  return (title, body) => {
    if (!SystemNotification.isSupported()) return;
    const notification = new SystemNotification({ title, body });
    notification.on('click', onClick);
    notification.show();
  };
}

/** Tells of the end of a run what is known of it. Never rejects: a run that is forgotten already is told of by its outcome alone. */
export async function tellRunEnded(
  payload: Events['run.event'],
  handlers: Pick<Handlers, 'run.snapshot'>,
  ports: NotificationPorts,
): Promise<void> {
  if (payload.event.kind !== 'run-ended') return;
  const state = await stateOf(handlers, payload.runId);
  // Schedules have alerts of their own.
  if (state?.plan.schedule !== undefined) return;
  const about =
    state === undefined
      ? { missing: [], filters: [], zone: 'UTC' }
      : { missing: coverageOf(state).missing, filters: filterSentences(state), zone: state.plan.zone };
  notifyRunEnded(payload, about, ports);
}

async function stateOf(handlers: Pick<Handlers, 'run.snapshot'>, runId: string): Promise<RunState | undefined> {
  try {
    return (await handlers['run.snapshot']({ runId })).state;
  } catch {
    return undefined;
  }
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
  ports.show('Client Activity Monitor', lines.join('\n'));
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
