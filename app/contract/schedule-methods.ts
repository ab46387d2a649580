/** Rows of the contract about planned runs; changes are told by `schedule.changed`. */
import * as z from 'zod';
import { isInstant } from '../model/instant.ts';
import type { LedgerPage } from '../model/ledger.ts';
import { type AlertRecord, intervalStates, type SchedulesView } from '../model/schedule.ts';
import { method } from './method.ts';
import { empty } from './parts.ts';

const schedule = z.string().min(1).max(100);
/** End of an interval. */
const to = z.string().max(40).refine(isInstant, { error: 'This is not an instant.' });
const limit = z.int().min(1).max(500);

/** Part of the table of methods. */
export const scheduleMethods = {
  /** Every configured schedule, and how it stands. */
  'schedule.list': method(empty).returns<SchedulesView>(),
  /** A page of intervals, the newest first. */
  'schedule.ledger': method(
    z.strictObject({ schedule: schedule.optional(), state: z.enum(intervalStates).optional(), limit, offset: z.int().min(0) }),
  ).returns<LedgerPage>(),
  /** Alerts of a schedule, or about one interval of it, the newest first. */
  'schedule.alerts': method(z.strictObject({ schedule, to: to.optional(), limit })).returns<readonly AlertRecord[]>(),
  /** Starts a run with what the schedule says, up to now. It is a run like any other and no interval of the ledger. */
  'schedule.runNow': method(z.strictObject({ schedule })).returns<{ runId: string }>(),
  /** Nothing of it is evaluated until it is resumed; its intervals go on being listed. */
  'schedule.pause': method(z.strictObject({ schedule })).returns<null>(),
  'schedule.resume': method(z.strictObject({ schedule })).returns<null>(),
  /** Evaluates an interval that is missed, incomplete or failed again, or with no `to` all of them, the oldest first. */
  'schedule.retry': method(z.strictObject({ schedule, to: to.optional() })).returns<{ intervals: number }>(),
} as const;

/** Names of these methods. */
export type ScheduleMethodName = keyof typeof scheduleMethods;
