/** What a window tells the program about itself. */
import * as z from 'zod';
import { method } from './method.ts';

/** Longest message and full text of a mistake that a window may tell; it cuts longer ones itself. */
export const brokenPartLimits = { message: 2_000, detail: 20_000 } as const;

/** Rows of the contract. */
export const windowMethods = {
  /** A part of the window could not be drawn: noted in the log. */
  'window.broken': method(
    z.strictObject({
      part: z.string().min(1).max(200),
      message: z.string().max(brokenPartLimits.message),
      detail: z.string().max(brokenPartLimits.detail),
    }),
  ).returns<null>(),
} as const;
