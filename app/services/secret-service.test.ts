import { describe, expect, it } from 'vitest';
import { sampleDatabase } from '../testing/builders.ts';
import type { Configuration, DatabaseConfig } from '../model/database.ts';
import type { AppPorts, SecretPort } from './app-ports.ts';
import { missingPassword, SecretService } from './secret-service.ts';

const account = (user: string): DatabaseConfig =>
  sampleDatabase({ name: 'clients', driver: 'postgres', authentication: { kind: 'password', user, passwordEnv: 'CLIENTS_PASSWORD' } });

function service(database: DatabaseConfig, ports: Pick<AppPorts, 'secrets' | 'environment'>): SecretService {
  return new SecretService(ports, { current: () => ({ databases: [database, sampleDatabase()] }) as unknown as Configuration });
}

function memoryStore(): SecretPort {
  const kept = new Map<string, string>();
  return {
    refusal: () => Promise.resolve(undefined),
    read: (name) => Promise.resolve(kept.get(name)),
    write: (name, secret) => Promise.resolve(void kept.set(name, secret)),
    remove: (name) => Promise.resolve(void kept.delete(name)),
  };
}

describe('the password of a database', () => {
  it('is the stored one, and without it that of the environment variable', async () => {
    const secrets = service(account('reader'), { secrets: memoryStore(), environment: { CLIENTS_PASSWORD: 'of the variable' } });
    expect(await secrets.passwordOf(account('reader'))).toBe('of the variable');
    await secrets.set('clients', 'stored');
    expect(await secrets.passwordOf(account('reader'))).toBe('stored');
    await secrets.delete('clients');
    expect(await secrets.passwordOf(account('reader'))).toBe('of the variable');
  });

  it('is not tried for another user, for a wrong password locks an account', async () => {
    const secrets = service(account('reader'), { secrets: memoryStore(), environment: {} });
    await secrets.set('clients', 'stored');
    expect(await secrets.passwordOf(account('auditor'))).toBeUndefined();
  });

  it('is never in what a face is told, only whether there is one', async () => {
    const secrets = service(account('reader'), { secrets: memoryStore(), environment: {} });
    const seen = [await secrets.list(), await secrets.set('clients', 'correct horse')];
    expect(seen.map(({ databases }) => databases.map(({ database, isStored }) => [database, isStored]))).toEqual([
      [['clients', false]],
      [['clients', true]],
    ]);
    expect(JSON.stringify(seen)).not.toContain('horse');
  });

  it('cannot be kept by a host without a store, which says so', async () => {
    const secrets = service(account('reader'), { environment: { CLIENTS_PASSWORD: 'x' } });
    const { refusal, databases } = await secrets.list();
    expect(refusal).toContain('Only the desktop program');
    expect(databases).toMatchObject([{ isStored: false, isVariableSet: true }]);
    await expect(secrets.set('clients', 'x')).rejects.toMatchObject({ failure: { code: 'request.forbidden' } });
    await expect(secrets.delete('clients')).rejects.toMatchObject({ failure: { code: 'request.forbidden' } });
  });

  it('belongs to a database that is entered with one', async () => {
    const secrets = service(account('reader'), { secrets: memoryStore(), environment: {} });
    for (const name of ['nobody knows', sampleDatabase().name]) {
      await expect(secrets.set(name, 'x')).rejects.toMatchObject({ failure: { code: 'not.found' } });
    }
    expect(await secrets.passwordOf(sampleDatabase())).toBeUndefined();
    expect(missingPassword(sampleDatabase(), undefined)).toBeUndefined();
    expect(missingPassword(account('reader'), undefined)?.message).toContain('CLIENTS_PASSWORD is not set');
  });
});
