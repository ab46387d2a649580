/** Passwords in the operating system's store. They go in and are never given out. */
import * as z from 'zod';
import type { SecretsView } from '../model/secrets.ts';
import { method } from './method.ts';
import { empty } from './parts.ts';

const database = z.string().min(1).max(200);

/** Rows of the contract. */
export const secretMethods = {
  /** Which databases are entered with a password, and whether there is one. */
  'secrets.list': method(empty).returns<SecretsView>(),
  /** Keeps a password for the configured user of a database. Only where `secrets.list` has no refusal. */
  'secrets.set': method(z.strictObject({ database, password: z.string().min(1).max(1024) })).returns<SecretsView>(),
  /** Forgets it. */
  'secrets.delete': method(z.strictObject({ database })).returns<SecretsView>(),
} as const;
