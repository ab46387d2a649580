/** The rows of the contract about the history. */
import type { HistoryState } from '../model/history.ts';
import { method } from './method.ts';
import { empty } from './parts.ts';

/** Part of the table of methods. */
export const historyMethods = {
  /** Whether the history is being kept; changes follow as `history.changed`. */
  'history.state': method(empty).returns<HistoryState>(),
} as const;

/** Names of these methods. */
export type HistoryMethodName = keyof typeof historyMethods;
