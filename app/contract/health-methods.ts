/** The endpoints of the databases: which are left alone, and what was seen of them last. */
import * as z from 'zod';
import type { EndpointStatus } from '../model/health.ts';
import { method } from './method.ts';
import { empty } from './parts.ts';

/** Rows of the contract. */
export const healthMethods = {
  /** Every endpoint of every configured database, in the order of the configuration. */
  'health.get': method(empty).returns<readonly EndpointStatus[]>(),
  /** Closes the breaker of an endpoint by hand: the next run asks it again. Returns what then holds. */
  'health.closeBreaker': method(z.strictObject({ database: z.string().min(1).max(200), endpoint: z.string().min(1).max(4096) })).returns<
    readonly EndpointStatus[]
  >(),
} as const;
