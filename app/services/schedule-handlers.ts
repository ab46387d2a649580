/** The handlers of the planned runs. */
import type { Handlers } from '../contract/dispatch.ts';
import type { ScheduleMethodName } from '../contract/schedule-methods.ts';
import type { ScheduleService } from './schedule-service.ts';

/** Part of all handlers. */
export function scheduleHandlers(schedules: ScheduleService): Pick<Handlers, ScheduleMethodName> {
  return {
    'schedule.list': () => schedules.list(),
    'schedule.ledger': ({ schedule, state, limit, offset }) =>
      schedules.ask('ledger', {
        limit,
        offset,
        ...(schedule === undefined ? {} : { schedule }),
        ...(state === undefined ? {} : { state }),
      }),
    'schedule.alerts': ({ schedule, to, limit }) => schedules.ask('alerts', { schedule, limit, ...(to === undefined ? {} : { to }) }),
    'schedule.runNow': ({ schedule }) => schedules.runNow(schedule),
    'schedule.pause': ({ schedule }) => schedules.pause(schedule, true),
    'schedule.resume': ({ schedule }) => schedules.pause(schedule, false),
    'schedule.retry': ({ schedule, to }) => schedules.retry(schedule, to),
  };
}
