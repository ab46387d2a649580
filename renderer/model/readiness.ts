/** Whether the next run can be started, and if not, why: the same answer for the button, the shortcut and the palette. */
import { longestCase, oneLine } from '../../app/model/case-reference.ts';
import type { Failure } from '../../app/model/failure.ts';
import type { AppState } from '../store/app-store.ts';
import { isLive } from '../store/run-slice.ts';
import { chosenRuleOf, usualWindowHours } from './chosen-rule.ts';
import { lastEventToSend, type LastEvent, readLastEvent } from './last-event.ts';

/** What keeps Run Analysis from being pressed. */
export type Block =
  | { readonly kind: 'loading' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'configuration'; readonly problems: number }
  | { readonly kind: 'no-databases' }
  /** Every database needs a ticket or library that will not do. */
  | { readonly kind: 'preflight'; readonly failure: Failure }
  | { readonly kind: 'running' }
  | { readonly kind: 'last-event'; readonly read: LastEvent }
  | { readonly kind: 'window-hours' }
  | { readonly kind: 'case' }
  | { readonly kind: 'nothing-chosen' }
  /** The beginning of the range is not a time. */
  | { readonly kind: 'hunt-from'; readonly read: LastEvent };

/** A run that can be started, in the form `run.start` takes, or what blocks it. */
export type Readiness =
  | {
      readonly kind: 'ready';
      readonly input: {
        readonly lastEvent: string;
        readonly zone: string;
        readonly from?: string;
        readonly rule?: string;
        readonly windowHours: number;
        readonly strict: boolean;
        readonly caseReference?: string;
        readonly databases?: string[];
        readonly partitions?: Record<string, string[]>;
      };
    }
  | { readonly kind: 'blocked'; readonly block: Block };

const longestWindowHours = 24 * 366;

/** The zone in which the analyst reads and types times; UTC while no settings are known. */
export function zoneOf(state: Pick<AppState, 'session' | 'run'>): string {
  return state.session.config?.settings?.zone ?? state.run.state?.plan.zone ?? 'UTC';
}

/** The window of the next run in hours; `null` when what is typed is not a number of hours the program takes. */
export function windowHoursOf(state: Pick<AppState, 'session' | 'form'>): number | null {
  const typed = state.form.windowHours.trim();
  if (typed === '') return usualWindowHours(state);
  const hours = Number(typed);
  return Number.isFinite(hours) && hours > 0 && hours <= longestWindowHours ? hours : null;
}

/** Beginning of the range of the next run; `undefined` where it looks at one window, `null` where what is typed is no time. */
export function huntFromOf(state: Pick<AppState, 'session' | 'run' | 'form'>): string | null | undefined {
  const { huntFrom } = state.form;
  if (huntFrom === null) return undefined;
  const read = readLastEvent(huntFrom, zoneOf(state));
  return read.kind === 'now' ? null : lastEventToSend(read);
}

/** Whether the next run can be started. */
export function readinessOf(state: AppState): Readiness {
  const block = blockOf(state);
  return block === null ? requestOf(state) : { kind: 'blocked', block };
}

/** The run that the form describes, whether it could be started now or not. */
export function requestOf(state: AppState): Readiness {
  const zone = zoneOf(state);
  const read = readLastEvent(state.form.lastEvent, zone);
  const lastEvent = lastEventToSend(read);
  if (lastEvent === null) return { kind: 'blocked', block: { kind: 'last-event', read } };
  const windowHours = windowHoursOf(state);
  if (windowHours === null) return { kind: 'blocked', block: { kind: 'window-hours' } };
  if (choiceOf(state).databases?.length === 0) return { kind: 'blocked', block: { kind: 'nothing-chosen' } };
  if (!isCase(state.form.caseReference)) return { kind: 'blocked', block: { kind: 'case' } };
  const from = huntFromOf(state);
  if (from === null) return { kind: 'blocked', block: { kind: 'hunt-from', read: readLastEvent(state.form.huntFrom ?? '', zone) } };
  const rule = chosenRuleOf(state);
  const { strict } = state.form;
  const caseReference = state.form.caseReference.trim();
  return {
    kind: 'ready',
    input: {
      lastEvent,
      ...(from !== undefined && { from }),
      zone,
      ...(rule !== null && { rule: rule.key }),
      windowHours,
      strict,
      ...(caseReference !== '' && { caseReference }),
      ...choiceOf(state),
    },
  };
}

/** Whether a case can be named so: one line that is not too long. */
export function isCase(text: string): boolean {
  const named = text.trim();
  return named.length <= longestCase && oneLine.test(named);
}

/** What of the form leaves something out. Names and values that the configuration no longer has are forgotten. */
function choiceOf({ form, session }: AppState): { databases?: string[]; partitions?: Record<string, string[]> } {
  const { databases, partitions = [] } = session.config ?? { databases: [] };
  const chosen = databases.filter(({ name }) => form.databases?.includes(name) ?? true).map(({ name }) => name);
  const parts = partitions.flatMap(({ key, values }) => {
    const wanted = values.filter((value) => form.partitions[key]?.includes(value));
    return wanted.length === 0 ? [] : [[key, wanted] as const];
  });
  return {
    ...(chosen.length === databases.length ? {} : { databases: chosen }),
    ...(parts.length === 0 ? {} : { partitions: Object.fromEntries(parts) }),
  };
}

function blockOf({ session, run }: AppState): Block | null {
  const { config } = session;
  if (config === null) return { kind: 'loading' };
  if (session.connection === 'lost') return { kind: 'disconnected' };
  if (config.problems.length > 0) return { kind: 'configuration', problems: config.problems.length };
  if (config.databases.length === 0) return { kind: 'no-databases' };
  if (isLive(run.state) || run.starting) return { kind: 'running' };
  const failure = session.preflight?.blocked;
  if (failure !== undefined) return { kind: 'preflight', failure };
  return null;
}
