/** Passwords: kept in the operating system's store where the host has one, else named by environment variables. Never in a file or a log. */
import type { DatabaseConfig } from '../model/database.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';
import type { DatabaseSecret, SecretsView } from '../model/secrets.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';

/** A database that is entered with a password. */
type PasswordDatabase = DatabaseConfig & { readonly authentication: Extract<DatabaseConfig['authentication'], { kind: 'password' }> };

/** Why a host without a store keeps nothing. */
const noStore = 'Only the desktop program can keep a password; here it is taken from the environment variable.';

/** The passwords of the configured databases. */
export class SecretService {
  readonly #ports: Pick<AppPorts, 'secrets' | 'environment'>;
  readonly #config: Pick<ConfigService, 'current'>;

  constructor(ports: Pick<AppPorts, 'secrets' | 'environment'>, config: Pick<ConfigService, 'current'>) {
    this.#ports = ports;
    this.#config = config;
  }

  /** The password: from the store, else from the variable; `undefined` where there is none or none is needed. */
  async passwordOf(database: DatabaseConfig): Promise<string | undefined> {
    if (!hasPassword(database)) return undefined;
    const stored = await this.#ports.secrets?.read(secretName(database));
    return stored ?? this.#ports.environment[database.authentication.passwordEnv];
  }

  /** What a face may know. @throws CamError `config.invalid` while the configuration has problems */
  async list(): Promise<SecretsView> {
    const refusal = this.#ports.secrets === undefined ? noStore : await this.#ports.secrets.refusal();
    const databases = await Promise.all(
      this.#config
        .current()
        .databases.filter(hasPassword)
        .map(async (database): Promise<DatabaseSecret> => {
          const { user, passwordEnv } = database.authentication;
          const stored = await this.#ports.secrets?.read(secretName(database));
          const isVariableSet = this.#ports.environment[passwordEnv] !== undefined;
          return { database: database.name, user, isStored: stored !== undefined, variable: passwordEnv, isVariableSet };
        }),
    );
    return { ...(refusal === undefined ? {} : { refusal }), databases };
  }

  /** Keeps a password. @throws CamError `request.forbidden` where it would not be protected, `not.found` */
  async set(database: string, password: string): Promise<SecretsView> {
    await this.#store().write(secretName(this.#find(database)), password);
    return this.list();
  }

  /** Forgets a password. @throws CamError `request.forbidden`, `not.found` */
  async delete(database: string): Promise<SecretsView> {
    await this.#store().remove(secretName(this.#find(database)));
    return this.list();
  }

  #store(): NonNullable<AppPorts['secrets']> {
    if (this.#ports.secrets !== undefined) return this.#ports.secrets;
    throw new CamError(
      failure('request.forbidden', { message: noStore, action: 'Set the environment variable, or use the desktop program.' }),
    );
  }

  #find(name: string): PasswordDatabase {
    const database = this.#config.current().databases.find((each) => each.name === name);
    if (database !== undefined && hasPassword(database)) return database;
    throw new CamError(
      failure('not.found', {
        message: `There is no database ${name} that is entered with a password.`,
        action: 'Give it user and password_env in databases.yaml.',
      }),
    );
  }
}

/** Why a database that needs a password cannot be entered; `undefined` where there is one or none is needed. */
export function missingPassword(database: DatabaseConfig, password: string | undefined): Failure | undefined {
  if (!hasPassword(database) || password !== undefined) return undefined;
  const { user, passwordEnv } = database.authentication;
  return failure('db.auth', {
    message: `The password of ${user} is not there: none is stored, and the environment variable ${passwordEnv} is not set.`,
    action: 'Enter it on the configuration page of the desktop program, or set the variable where the program is started.',
  });
}

/** A password belongs to a user of a database: under another user it is not tried, for a wrong one locks an account. */
function secretName({ name, authentication }: PasswordDatabase): string {
  return `password:${JSON.stringify([name, authentication.user])}`;
}

function hasPassword(database: DatabaseConfig): database is PasswordDatabase {
  return database.authentication.kind === 'password';
}
