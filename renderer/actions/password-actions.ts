import type { SecretsView } from '../../app/model/secrets.ts';
import type { ActionPorts } from './ports.ts';

/** What can be done about passwords; all of them throw CamError. */
export interface PasswordActions {
  readonly listPasswords: () => Promise<SecretsView>;
  /** Keeps a password; it cannot be read back. */
  readonly storePassword: (database: string, password: string) => Promise<SecretsView>;
  readonly forgetPassword: (database: string) => Promise<SecretsView>;
}

/** Makes the password actions. */
export function createPasswordActions({ client }: ActionPorts): PasswordActions {
  return {
    listPasswords: () => client.call('secrets.list', {}),
    storePassword: (database, password) => client.call('secrets.set', { database, password }),
    forgetPassword: (database) => client.call('secrets.delete', { database }),
  };
}
