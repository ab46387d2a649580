/** The rows of the contract about results that are kept after their run. */
import * as z from 'zod';
import type { KeptResultSummary } from '../model/kept-result.ts';
import type { RunState } from '../model/run.ts';
import { method } from './method.ts';
import { empty, runId } from './parts.ts';

/** Part of the table of methods. */
export const resultMethods = {
  /** The newest first. */
  'results.list': method(empty).returns<readonly KeptResultSummary[]>(),
  /**
   * Opens the result of a run that has ended, also of another program: afterwards its tables, exports and statistics are there,
   * and `run.resume` completes it. A damaged result is refused with `result.damaged`.
   */
  'run.open': method(z.strictObject({ runId })).returns<{ state: RunState; seq: number }>(),
} as const;
