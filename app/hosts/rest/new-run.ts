/** What a run is asked for over HTTP: an analysis at a time, or a hunt through a range of time. */
import * as z from 'zod';
import { type CheckedInput, startRun } from '../../contract/methods.ts';
import { CamError } from '../../model/failure.ts';
import { BadField } from './rest-error.ts';

const { shape } = startRun;
const time = 'now, or an ISO 8601 time; without an offset it is read in zone';

/** The body. */
export const newRun = z.strictObject({
  last_event: shape.lastEvent.optional().describe(`For an analysis, the end of its window: ${time}`),
  from: shape.from.describe(`For a hunt, the beginning of the range in which every window is looked at: ${time}`),
  to: shape.lastEvent.optional().describe(`For a hunt, the end of the range: ${time}`),
  zone: shape.zone,
  rule: shape.rule,
  window_hours: shape.windowHours,
  strict: shape.strict,
  databases: shape.databases,
  partitions: shape.partitions,
  case_reference: shape.caseReference.describe('The case that it is done for, one line'),
});

/** Starts what is asked for and tells its id. @throws BadField; CamError as `start` does, its field named as the body names it */
export async function started(
  body: z.output<typeof newRun>,
  start: (request: CheckedInput<'run.start'>) => Promise<{ readonly runId: string }>,
): Promise<string> {
  const { last_event: lastEvent, to, window_hours: windowHours, case_reference: caseReference, ...rest } = body;
  const isHunt = rest.from !== undefined;
  const end = isHunt ? to : lastEvent;
  if (!isHunt && to !== undefined) throw new BadField('from', 'A hunt has from and to.');
  if (isHunt && lastEvent !== undefined) throw new BadField('last_event', 'A hunt has from and to, and no last_event.');
  if (end === undefined) throw new BadField(isHunt ? 'to' : 'last_event', 'The end of the time that is looked at is needed.');
  try {
    return (await start({ lastEvent: end, windowHours, caseReference, ...rest })).runId;
  } catch (error) {
    // The contract knows both ends by one name.
    if (!isHunt || !(error instanceof CamError) || error.failure.field !== 'lastEvent') throw error;
    throw new CamError({ ...error.failure, field: 'to' }, { cause: error });
  }
}
