/** What a run is asked for: its id, who asks, and whether a kept one can still be asked the same. */
import { randomBytes } from 'node:crypto';
import type { CheckedInput } from '../contract/methods.ts';
import { CamError, type Failure, failure, forField } from '../model/failure.ts';
import type { Instant } from '../model/instant.ts';
import type { SourceId } from '../model/plan.ts';
import type { RunState } from '../model/run.ts';
import { isEvaluated } from '../model/run-evaluation.ts';
import { unansweredSources } from '../model/run-reducer.ts';
import { isZone, parseTime } from '../model/zoned-time.ts';
import type { Run } from '../run/runner.ts';
import { askedOf } from './result-service.ts';

/** A run that a schedule asks for. */
export interface AskedBySchedule {
  readonly schedule: string;
  /** A person had the interval evaluated again: then what was refused is tried, as in any run of a person. */
  readonly isByPerson: boolean;
}

/** A source that would be asked something else than its run was about must not be merged with it. */
export function refuseChanged(run: Run, asked: Readonly<Record<SourceId, string>>): void {
  const now = askedOf(run);
  const changed = unansweredSources(run.state).filter((source) => now[source] !== asked[source]);
  if (changed.length === 0) return;
  throw new CamError(
    failure('request.invalid', {
      message: `This run cannot be completed: ${changed.join(', ')} ${changed.length === 1 ? 'is' : 'are'} not configured as ${changed.length === 1 ? 'it was' : 'they were'}.`,
      action: 'Run a new analysis with the same last event time.',
    }),
  );
}

/** A run that was kept before its rule was evaluated to its end has no figures: those of fewer answers cannot be made again. */
export function asReopened(state: RunState): RunState {
  if (isEvaluated(state)) return state;
  const { merge: _merge, ...rest } = state;
  return rest;
}

/** Why the rule of a run is not evaluated again. */
export function whyNotEvaluated(state: RunState): Failure {
  if (state.status !== 'ended') return failure('request.invalid', { message: 'The run goes on.', action: 'Wait for its end.' });
  if (isEvaluated(state))
    return failure('request.invalid', {
      message: 'The rule of this run has been evaluated over every answer.',
      action: 'Look at its tables; missing sources can be asked again.',
    });
  return failure('request.invalid', { message: 'No source of this run has answered.', action: 'Ask its missing sources again.' });
}

/** Sorts by time, is unique, and can stand in a file name: `20261120-140000-3fa9c1`. */
export function newRunId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** The times of a request in its zone, which is the settings' where it names none. @throws CamError `request.invalid` with the field that is not right */
export function timesOf(
  { zone: asked, lastEvent, from }: Pick<CheckedInput<'run.start'>, 'zone' | 'lastEvent' | 'from'>,
  settingsZone: string,
  nowMs: number,
): { readonly zone: string; readonly lastEvent: Instant; readonly from?: Instant } {
  const zone = asked ?? settingsZone;
  // The settings' own has been checked with them.
  if (asked !== undefined && !isZone(asked)) {
    const message = `${asked} is no time zone that this machine knows.`;
    throw new CamError(failure('request.invalid', { message, action: 'Name it like Europe/Berlin.', field: 'zone' }));
  }
  return {
    zone,
    lastEvent: forField('lastEvent', () => parseTime(lastEvent, zone, nowMs)),
    ...(from !== undefined && { from: forField('from', () => parseTime(from, zone, nowMs)) }),
  };
}
