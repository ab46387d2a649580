/** Database workers as the runner wants them: with their environment, their password, their logger, and not before the preflight agrees. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../base/logger.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { CreateDatabaseWorker, DatabaseWorker } from '../run/ports.ts';
import { createDatabaseWorker } from '../worker/supervisor.ts';
import { clientSurroundings } from '../worker/worker-environment.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';
import type { PreflightService } from './preflight-service.ts';

/** Makes workers by the settings as they are when a worker is made. */
export function createWorkers(ports: AppPorts, config: ConfigService, preflight: PreflightService, logger: Logger): CreateDatabaseWorker {
  return (database, onProcess) => {
    const { settings } = config.current();
    const password = passwordOf(database, ports.environment);
    const surroundings = clientSurroundings(database, {
      oracleClient: settings.oracleClient,
      directory: join(ports.dataDirectory, 'client', folderName(database)),
      platform: ports.machine.platform,
      libraryPath: ports.environment.LD_LIBRARY_PATH,
    });
    const worker = createDatabaseWorker({
      spawn: ports.spawn,
      database,
      oracleClient: settings.oracleClient,
      ...(password === undefined ? {} : { password }),
      clientIdentifier: settings.sid,
      clock: ports.clock,
      cancelGraceMs: settings.cancelGraceMs,
      environment: surroundings.environment,
      logger: logger.with({ database: database.name }),
      onProcess,
    });
    return guarded(worker, async () => {
      const found = missingPassword(database, password) ?? (await preflight.obstacle(database));
      if (found === undefined) await writeFiles(surroundings.files);
      return found;
    });
  };
}

/** A worker that is not even started where its logon is known to fail: nothing waits, and no account is locked. */
function guarded(worker: DatabaseWorker, obstacle: () => Promise<Failure | undefined>): DatabaseWorker {
  return {
    execute: async (input, options) => {
      const found = await obstacle();
      return found === undefined ? worker.execute(input, options) : { outcome: { kind: 'failed', failure: found }, attempts: 0 };
    },
    check: async (input, options) => {
      const found = await obstacle();
      return found === undefined ? worker.check(input, options) : { endpoint: '', columns: [], failure: found };
    },
    close: () => worker.close(),
  };
}

/** The password from the environment variable that the configuration names; never from a file. */
function passwordOf(database: DatabaseConfig, environment: AppPorts['environment']): string | undefined {
  return database.authentication.kind === 'password' ? environment[database.authentication.passwordEnv] : undefined;
}

function missingPassword({ authentication }: DatabaseConfig, password: string | undefined): Failure | undefined {
  if (authentication.kind !== 'password' || password !== undefined) return undefined;
  return failure('db.auth', {
    message: `The password of ${authentication.user} is not there: the environment variable ${authentication.passwordEnv} is not set.`,
    action: 'Set it where the program is started, or correct password_env in databases.yaml.',
  });
}

/** A folder name that is legal everywhere and differs where the names differ. */
function folderName({ name }: DatabaseConfig): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.replace(/[^\w-]+/g, '_').slice(0, 40)}-${digest}`;
}

async function writeFiles(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  }
}
