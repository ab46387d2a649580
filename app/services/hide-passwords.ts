import type { Configuration } from '../model/database.ts';
import type { SpawnProcess } from '../worker/process.ts';

/**
 * Starts processes without the variables that hold passwords, by the configuration as it is then: a worker is told the password of its own
 * database by message, and no process has a use for any other. While the configuration has mistakes, it is not known which they are.
 */
export function hidePasswords(spawn: SpawnProcess, usable: () => Configuration | undefined): SpawnProcess {
  return (entry, name, environment) => spawn(entry, name, { ...withoutPasswords(usable()), ...environment });
}

function withoutPasswords(configuration: Configuration | undefined): Readonly<Record<string, undefined>> {
  if (configuration === undefined) return {};
  const { databases, settings } = configuration;
  const ofDatabases = databases.map(({ authentication }) => (authentication.kind === 'password' ? authentication.passwordEnv : undefined));
  return Object.fromEntries(
    [...ofDatabases, settings.history.passwordEnv].flatMap((name) => (name === undefined ? [] : [[name, undefined]])),
  );
}
