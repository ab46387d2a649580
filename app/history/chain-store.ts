/** The audit chain in the store: locking its head, appending to it. */
import type { Transaction } from 'kysely';
import type { ChainEntry, ChainHead } from './audit-chain.ts';
import type { HistorySchema } from './schema.ts';
import type { Store } from './store.ts';

/** The chain's head, locked until the transaction ends: entries are numbered in the order of their commits. */
export async function lockChain(store: Pick<Store, 'kind'>, trx: Transaction<HistorySchema>): Promise<ChainHead> {
  const head = trx.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1);
  // SQLite has no row locks: its transaction holds the lock on the whole file from the beginning.
  return (store.kind === 'postgres' ? head.forUpdate() : head).executeTakeFirstOrThrow();
}

/**
 * Appends entries that were chained behind the locked head. `details` holds what is hashed where it stands in no other table,
 * by place.
 */
export async function appendEntries(
  store: Pick<Store, 'bulk'>,
  trx: Transaction<HistorySchema>,
  entries: readonly ChainEntry[],
  details: ReadonlyMap<number, string> = new Map(),
): Promise<void> {
  const last = entries.at(-1);
  if (last === undefined) return;
  const rows = entries.map((entry) => ({
    seq: entry.seq,
    kind: entry.kind,
    subject: entry.subject,
    recorded_at: entry.recordedAt,
    detail: details.get(entry.seq) ?? null,
    content_hash: entry.contentHash,
    previous_hash: entry.previousHash,
    hash: entry.hash,
  }));
  await store.bulk.insert(trx, 'chain', rows, (some) => trx.insertInto('audit_chain').values(some));
  await trx.updateTable('audit_head').set({ seq: last.seq, hash: last.hash }).where('id', '=', 1).execute();
}
