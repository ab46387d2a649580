/**
 * The audit chain: entry after entry, each with a hash over its content and over the hash of the entry before, so that a
 * record that was removed, changed, inserted or moved afterwards is found and named.
 *
 * content hash = SHA-256(canonical JSON of the record)
 * hash         = SHA-256(hash of the entry before ‖ canonical JSON of {seq, kind, subject, recordedAt, contentHash})
 *
 * What a chain cannot do: whoever may write the whole store can also make a whole new chain, or cut off its end. That is
 * found only against a head that was noted elsewhere (an export, a mail, a ticket); see `expectedHead` of the check.
 */
import type { Instant } from '../model/instant.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from './stored-text.ts';
import type { AttemptRow } from './schema.ts';
import type { NewExecutionRow, NewRunRow } from './rows.ts';
import type { ChainHead } from '../model/history-audit.ts';

export type { ChainHead } from '../model/history-audit.ts';

/** What an entry is about. `run-resumed`: a run that had ended goes on; its end is chained again. */
export type ChainKind = 'execution' | 'run' | 'run-resumed' | 'hold-set' | 'hold-released' | 'retention';

/** An entry of the chain; places count from 1 without a gap. */
export interface ChainEntry {
  readonly seq: number;
  readonly kind: ChainKind;
  /** Execution id, run id, hold id, or the id of a retention. */
  readonly subject: string;
  readonly recordedAt: Instant;
  readonly contentHash: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** What is to be chained. `content` is canonical JSON. */
export interface ChainDraft {
  readonly kind: ChainKind;
  readonly subject: string;
  readonly content: string;
}

/** The entries for the drafts, in order, behind `head`. */
export function chain(head: ChainHead, drafts: readonly ChainDraft[], recordedAt: Instant): readonly ChainEntry[] {
  const entries: ChainEntry[] = [];
  let last = head;
  for (const { kind, subject, content } of drafts) {
    const bare = { seq: last.seq + 1, kind, subject, recordedAt, contentHash: sha256(content) };
    const entry: ChainEntry = { ...bare, previousHash: last.hash, hash: entryHash(last.hash, bare) };
    entries.push(entry);
    last = entry;
  }
  return entries;
}

/** The hash of an entry that stands at `seq` behind an entry with `previousHash`. */
export function entryHash(previousHash: string, entry: Omit<ChainEntry, 'previousHash' | 'hash'>): string {
  const { seq, kind, subject, recordedAt, contentHash } = entry;
  return sha256(previousHash + canonicalJson({ seq, kind, subject, recordedAt, contentHash }));
}

/** What is hashed of an execution that has ended: its row but for the columns that the store adds, and its attempts in order. */
export function executionContent(row: NewExecutionRow, attempts: readonly AttemptRow[]): string {
  const { id: _id, ...fields } = row;
  const tries = [...attempts]
    .sort((a, b) => a.attempt - b.attempt)
    .map((attempt) => ({
      attempt: attempt.attempt,
      endpoint: attempt.endpoint,
      status: attempt.status,
      error_message: attempt.error_message,
      error_code: attempt.error_code,
      started_at: attempt.started_at,
      completed_at: attempt.completed_at,
    }));
  return canonicalJson({ ...fields, tries });
}

/** What is hashed of a run: its row but for the columns that the store adds, and for those that were not there when it was written. */
export function runContent(row: NewRunRow): string {
  const { id: _id, filters, ...fields } = row;
  return canonicalJson(filters === null || filters === undefined ? fields : { ...fields, filters });
}
