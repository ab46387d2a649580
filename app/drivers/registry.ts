/** Drivers by kind, loaded when first asked for: a worker for one database loads one client library. */
import type { Clock } from '../base/clock.ts';
import type { DriverKind } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import type { Driver } from './driver.ts';

/** Finds the driver of a kind. @throws CamError `db.client-missing` when the program has none, or its library cannot be loaded */
export type DriverLoader = (kind: DriverKind) => Promise<Driver>;

/** The drivers the program ships. */
export function createDriverRegistry({ clock }: { readonly clock: Clock }): DriverLoader {
  return async (kind) => {
    switch (kind) {
      case 'duckdb':
        return (await import('./duckdb-driver.ts')).createDuckdbDriver({ clock });
      case 'postgres':
        return (await import('./postgres/postgres-driver.ts')).createPostgresDriver({ clock });
      case 'oracle':
        return (await import('./oracle/oracle-driver.ts')).createOracleDriver({ clock, platform: process.platform });
      case 'fake':
        throw new CamError(
          failure('db.client-missing', {
            message: `This version has no driver for ${kind}.`,
            action: 'Correct driver in databases.yaml.',
          }),
        );
    }
  };
}
