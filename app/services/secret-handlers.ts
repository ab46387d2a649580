import type { Handlers } from '../contract/dispatch.ts';
import type { SecretService } from './secret-service.ts';

/** The handlers of the passwords. */
export function secretHandlers(secrets: SecretService): Pick<Handlers, 'secrets.list' | 'secrets.set' | 'secrets.delete'> {
  return {
    'secrets.list': () => secrets.list(),
    'secrets.set': ({ database, password }) => secrets.set(database, password),
    'secrets.delete': ({ database }) => secrets.delete(database),
  };
}
