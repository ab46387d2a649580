/** Database workers as the runner wants them: with their environment, their password, their logger, and not before the preflight agrees. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../base/logger.ts';
import type { DatabaseConfig } from '../model/database.ts';
import type { CreateDatabaseWorker } from '../run/ports.ts';
import { createDatabaseWorker } from '../worker/supervisor.ts';
import { clientSurroundings } from '../worker/worker-environment.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';
import { guardedWorker } from './guarded-worker.ts';
import type { PreflightService } from './preflight-service.ts';
import { missingPassword, type SecretService } from './secret-service.ts';

/** Makes workers by the settings as they are when a worker is made. */
export function createWorkers(
  ports: AppPorts,
  { config, preflight, secrets }: { readonly config: ConfigService; readonly preflight: PreflightService; readonly secrets: SecretService },
  logger: Logger,
): CreateDatabaseWorker {
  return (database, onProcess) => {
    const { settings } = config.current();
    let password: string | undefined;
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
      password: () => password,
      clientIdentifier: settings.sid,
      clock: ports.clock,
      cancelGraceMs: settings.cancelGraceMs,
      environment: surroundings.environment,
      logger: logger.with({ database: database.name }),
      onProcess,
    });
    return guardedWorker(worker, async () => {
      password = await secrets.passwordOf(database);
      const found = missingPassword(database, password) ?? (await preflight.obstacle(database));
      if (found === undefined) await writeFiles(surroundings.files);
      return found;
    });
  };
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
