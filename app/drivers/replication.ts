/** Questions about replication, for drivers whose databases can be asked how current they are. */
import { CamError } from '../model/failure.ts';
import type { Connection } from './driver.ts';

/** The first row of a statement without binds as text; `undefined` where there is none. @throws as `query` and `next` */
export async function firstRow(
  connection: Pick<Connection, 'query'>,
  sql: string,
  signal: AbortSignal,
): Promise<readonly (string | null)[] | undefined> {
  const cursor = await connection.query({ sql, binds: {}, tag: 'replication' }, signal);
  try {
    const batch = await cursor.next();
    return batch?.columns.map(([value]) => textOf(value));
  } finally {
    await cursor.close();
  }
}

/** Why a question about replication was not answered; whatever is no mistake of the question is thrown again. */
export function reasonOfRefusal(error: unknown, what: string): string {
  if (!(error instanceof CamError) || !/^(sql\.|db\.error)/.test(error.failure.code)) throw error;
  return `${what}: ${error.failure.message} (${error.failure.vendorCode ?? error.failure.code})`;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : null;
}
