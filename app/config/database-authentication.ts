/** How a database is entered. */
import { dirname } from 'node:path';
import type { Authentication } from '../model/database.ts';
import type { RawDatabase } from './databases-schema.ts';
import { expandCache } from './file-path.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** Reports keys that do not go together. */
export function reportAuthentication(source: YamlSource, path: KeyPath, raw: Partial<RawDatabase>): void {
  const hasUser = 'user' in raw && typeof raw.user === 'string';
  const hasPassword = 'password_env' in raw && typeof raw.password_env === 'string';
  const hasKerberos = 'kerberos' in raw && raw.kerberos !== undefined && raw.kerberos !== null;
  if (hasUser && !hasPassword) {
    const action = 'Add password_env: the name of the environment variable that holds the password.';
    source.report([...path, 'user'], 'There is a user but no password.', action);
  }
  if (hasPassword && !hasUser) {
    source.report([...path, 'password_env'], 'There is a password but no user.', 'Add user, or take password_env out.');
  }
  if (hasKerberos && (hasUser || hasPassword)) {
    source.report([...path, 'kerberos'], 'This database has both a user and Kerberos.', 'Keep one of the two ways in.');
  }
}

/** Without a user, Oracle is entered with Kerberos and the others with nothing: their server decides. */
export function authenticationOf(source: YamlSource, raw: RawDatabase, homeDir: string): Authentication {
  if (raw.driver === 'duckdb') return { kind: 'none' };
  const { user, password_env: passwordEnv } = raw;
  if (typeof user === 'string' && typeof passwordEnv === 'string') return { kind: 'password', user, passwordEnv };
  if (raw.driver === 'postgres' || raw.driver === 'fake') return { kind: 'none' };
  const { principal, cache } = raw.kerberos ?? {};
  return {
    kind: 'kerberos',
    ...(typeof principal === 'string' ? { principal } : {}),
    ...(typeof cache === 'string' ? { cache: expandCache(cache, dirname(source.file), homeDir) } : {}),
  };
}
