/** How the program does: figures over runs, and what goes on now. */
import type { StatusView } from '../model/figures.ts';
import { method } from './method.ts';
import { empty } from './parts.ts';

/** Rows of the contract. */
export const statusMethods = {
  /** The same figures as `cam stats` and `/health`: kept over processes until they are reset. */
  'status.get': method(empty).returns<StatusView>(),
  /** Counts from nothing from now on. Metrics of Prometheus go on, for they only ever grow. */
  'status.reset': method(empty).returns<StatusView>(),
} as const;
