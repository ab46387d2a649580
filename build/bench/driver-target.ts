import type { ConnectTarget } from '../../app/drivers/driver.ts';

/** What a connection for measuring needs besides its endpoint. */
export const plainTarget: Omit<ConnectTarget, 'endpoint'> = {
  authentication: { kind: 'none' },
  zone: 'UTC',
  connectTimeoutMs: 20_000,
  clientIdentifier: 'bench',
  oracleClient: { traceLevel: 0 },
  options: {},
};
