/** Database workers as the runner wants them: with their environment, their password and their logger. */
import type { Logger } from '../base/logger.ts';
import type { DatabaseConfig } from '../model/database.ts';
import type { CreateDatabaseWorker } from '../run/ports.ts';
import { createDatabaseWorker } from '../worker/supervisor.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';

/** Makes workers by the settings as they are when a worker is made. */
export function createWorkers(ports: AppPorts, config: ConfigService, logger: Logger): CreateDatabaseWorker {
  return (database, onProcess) => {
    const { settings } = config.current();
    const password = passwordOf(database, ports.environment);
    return createDatabaseWorker({
      spawn: ports.spawn,
      database,
      oracleClient: settings.oracleClient,
      ...(password === undefined ? {} : { password }),
      clientIdentifier: settings.sid,
      clock: ports.clock,
      cancelGraceMs: settings.cancelGraceMs,
      logger: logger.with({ database: database.name }),
      onProcess,
    });
  };
}

/** The password from the environment variable that the configuration names; never from a file. */
function passwordOf(database: DatabaseConfig, environment: AppPorts['environment']): string | undefined {
  return database.authentication.kind === 'password' ? environment[database.authentication.passwordEnv] : undefined;
}
