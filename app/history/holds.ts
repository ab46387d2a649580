/** Audit holds: while one is set, nothing of the history is deleted. */
import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { CamError, failure } from '../model/failure.ts';
import { instantFromMs } from '../model/instant.ts';
import { chain, type ChainKind } from './audit-chain.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { cleaned } from './stored-text.ts';
import { appendEntries, lockChain } from './chain-store.ts';
import type { HistorySchema, HoldRow } from './schema.ts';
import type { Store } from './store.ts';
import type { AuditHold } from '../model/history-audit.ts';

export type { AuditHold } from '../model/history-audit.ts';

/** Sets a hold. */
export async function setHold(store: Store, request: { readonly reason: string; readonly by: string }, nowMs: number): Promise<AuditHold> {
  const { reason, by } = cleaned(request);
  const row: HoldRow = {
    hold_id: `hold-${randomBytes(6).toString('hex')}`,
    reason,
    set_by: by,
    set_at: instantFromMs(nowMs),
    released_by: null,
    released_at: null,
  };
  await store.db.transaction().execute(async (trx) => {
    await chainHold(store, trx, 'hold-set', row, nowMs);
    await trx.insertInto('audit_holds').values(row).execute();
  });
  return holdOf(row);
}

/** Releases a hold. @throws CamError `not.found` when there is no such hold, or it was released already */
export async function releaseHold(
  store: Store,
  request: { readonly holdId: string; readonly by: string },
  nowMs: number,
): Promise<AuditHold> {
  const { holdId, by } = cleaned(request);
  const row = await store.db.transaction().execute(async (trx) => {
    // The lock first: two releases at once are one after the other.
    await lockChain(store, trx);
    const held = await trx
      .selectFrom('audit_holds')
      .selectAll()
      .where('hold_id', '=', holdId)
      .where('released_at', 'is', null)
      .executeTakeFirst();
    if (held === undefined) throw new CamError(failure('not.found', { message: `There is no hold ${holdId} that is set.` }));
    const released = { ...held, released_by: by, released_at: instantFromMs(nowMs) };
    await chainHold(store, trx, 'hold-released', released, nowMs);
    await trx.updateTable('audit_holds').set(released).where('hold_id', '=', holdId).execute();
    return released;
  });
  return holdOf(row);
}

/** All holds, the newest first. */
export async function listHolds(db: Kysely<HistorySchema>): Promise<readonly AuditHold[]> {
  const rows = await db.selectFrom('audit_holds').selectAll().orderBy('set_at', 'desc').orderBy('hold_id').execute();
  return rows.map((row) => holdOf(row));
}

/** @throws CamError `request.forbidden` while a hold is set */
export async function refuseWhileHeld(db: Kysely<HistorySchema>): Promise<void> {
  const held = await db.selectFrom('audit_holds').selectAll().where('released_at', 'is', null).limit(1).executeTakeFirst();
  if (held === undefined) return;
  throw new CamError(
    failure('request.forbidden', {
      message: `Nothing is deleted while an audit hold is set: “${held.reason}”, by ${held.set_by}.`,
      action: 'Ask whoever set the hold to release it.',
    }),
  );
}

async function chainHold(store: Store, trx: Transaction<HistorySchema>, kind: ChainKind, row: HoldRow, nowMs: number): Promise<void> {
  const head = await lockChain(store, trx);
  const content = canonicalJson(row);
  const entries = chain(head, [{ kind, subject: row.hold_id, content }], instantFromMs(nowMs));
  await appendEntries(store, trx, entries, new Map(entries.map(({ seq }) => [seq, content])));
}

function holdOf(row: HoldRow): AuditHold {
  return {
    holdId: row.hold_id,
    reason: row.reason,
    setBy: row.set_by,
    setAt: row.set_at,
    releasedBy: row.released_by,
    releasedAt: row.released_at,
  };
}
