/** The audit trail as a file, for people and programs outside. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { errorCode } from '../base/error-text.ts';
import { linesOf } from '../base/lines.ts';
import { CamError, failure } from '../model/failure.ts';
import type { Instant } from '../model/instant.ts';
import type { ChainEntry, ChainHead } from './audit-chain.ts';
import { checkedEntry, mostRemoved, trail } from './audit-trail.ts';
import { breath } from './breath.ts';
import { ChainCheck, type ChainFault, type ChainVerdict, type CheckedEntry } from './chain-check.ts';
import type { HistorySchema } from './schema.ts';
import type { AuditExport } from '../model/history-audit.ts';

export type { AuditExport } from '../model/history-audit.ts';

/** What a file of the trail is made from. Times are of the recording; `to` is not included. */
export interface AuditExportRequest {
  /** Absolute path; the file is made under another name and renamed when it is whole. */
  readonly path: string;
  readonly format: 'csv' | 'jsonl';
  readonly from?: Instant;
  readonly to?: Instant;
}

/**
 * Checks a file of the trail in JSON Lines; it may begin in the middle of the chain.
 * @throws CamError `request.invalid` when it is none, cannot be read, or begins behind the place of `expected`
 */
export async function verifyExport(path: string, expected?: ChainHead, signal?: AbortSignal): Promise<ChainVerdict> {
  try {
    return await verifyLines(path, expected, signal);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const message = `The file ${path} cannot be read (${errorCode(error) ?? error.message}).`;
    throw new CamError(failure('request.invalid', { message, action: 'Name a file that was exported as JSON Lines.' }), { cause: error });
  }
}

async function verifyLines(path: string, expected: ChainHead | undefined, signal: AbortSignal | undefined): Promise<ChainVerdict> {
  let start: ChainHead | undefined;
  let lastSeq = 0;
  let lines = 0;
  for await (const { seq, previousHash } of entriesOf(path, signal)) {
    start ??= { seq: seq - 1, hash: previousHash };
    lastSeq = Math.max(lastSeq, seq);
    lines += 1;
  }
  const first = start ?? { seq: 0, hash: '' };
  if (expected !== undefined && expected.seq < first.seq) throw beginsLater(first.seq + 1, expected.seq);
  const check = new ChainCheck(first, Math.min(lastSeq, first.seq + lines + mostRemoved), expected);
  const records = new FileRecords();
  for await (const { content, ...entry } of entriesOf(path, signal)) {
    // A record that the file does not have was superseded, deleted or removed before the file was made.
    const checked = checkedEntry(entry, content ?? { kind: 'superseded' });
    check.take(checked);
    records.take(checked);
  }
  if (start !== undefined && expected?.seq === start.seq && expected.hash !== start.hash) check.add(notAfter(start.seq));
  return { ...check.finish(), withoutRecord: records.withoutCount(), begins: start === undefined ? null : start.seq + 1 };
}

function beginsLater(begins: number, expected: number): CamError {
  const message = `The file begins at place ${String(begins)}: whether the head that was noted at place ${String(expected)} is in the chain cannot be told by it.`;
  return new CamError(failure('request.invalid', { message, action: 'Check the store, or a file that begins earlier.' }));
}

function notAfter(seq: number): ChainFault {
  const message = `The first entry was not written after the head that was noted at place ${String(seq)}: the chain was written anew.`;
  return { kind: 'changed', seq, subject: null, message };
}

/** Which records a file does not have without a reason that stands in it. */
class FileRecords {
  readonly #executions = new Set<number>();
  readonly #runs = new Set<string>();

  take({ entry, content, deleted }: CheckedEntry): void {
    const isRun = entry.kind === 'run' || entry.kind === 'run-resumed';
    if (typeof content !== 'string') {
      if (isRun) this.#runs.add(entry.subject);
      else this.#executions.add(entry.seq);
    } else if (isRun) {
      // A later entry about the same run has what it was in the end.
      this.#runs.delete(entry.subject);
    }
    for (const run of deleted?.runs ?? []) this.#runs.delete(run);
    for (const [first, last] of deleted?.places ?? []) this.#forget(first, last);
  }

  #forget(first: number, last: number): void {
    // Whichever is shorter: what a file says is not always true.
    if (last - first < this.#executions.size) for (let seq = first; seq <= last; seq += 1) this.#executions.delete(seq);
    else for (const seq of this.#executions) if (seq >= first && seq <= last) this.#executions.delete(seq);
  }

  withoutCount(): number {
    return this.#executions.size + this.#runs.size;
  }
}

/** Writes the trail to a file. @throws CamError `export.failed` when the file cannot be written; then nothing of it is left */
export async function exportTrail(db: Kysely<HistorySchema>, request: AuditExportRequest, signal?: AbortSignal): Promise<AuditExport> {
  const partial = `${request.path}.${randomBytes(4).toString('hex')}.partial`;
  try {
    const exported = await writeTrail(db, request, partial, signal);
    await rename(partial, request.path);
    return exported;
  } catch (error) {
    await rm(partial, { force: true });
    // A full disk is told without a path.
    const isOfFile = error instanceof Error && 'syscall' in error && error.syscall !== 'connect';
    throw isOfFile ? new CamError(failure('export.failed', { detail: error.message }), { cause: error }) : error;
  }
}

async function writeTrail(
  db: Kysely<HistorySchema>,
  request: AuditExportRequest,
  path: string,
  signal: AbortSignal | undefined,
): Promise<AuditExport> {
  const file = await open(path, 'wx', 0o600);
  try {
    let entries = 0;
    let head: ChainHead = { seq: 0, hash: '' };
    if (request.format === 'csv') await file.write(`${csvColumns.join(',')}\r\n`);
    for await (const some of trail(db, request, signal)) {
      await file.write(some.map((item) => (request.format === 'csv' ? csvLine(item) : jsonLine(item))).join(''));
      entries += some.length;
      const last = some.at(-1)?.entry;
      if (last !== undefined) head = { seq: last.seq, hash: last.hash };
    }
    await file.sync();
    return { path: request.path, entries, head };
  } finally {
    await file.close();
  }
}

/** So many lines are read before it is asked whether they are still wanted. */
const linesBetweenBreaths = 500;

type ExportedLine = ChainEntry & { readonly content: string | null };

function jsonLine({ entry, content }: CheckedEntry): string {
  return `${JSON.stringify({ ...entry, content: typeof content === 'string' ? content : null } satisfies ExportedLine)}\n`;
}

async function* entriesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<ExportedLine> {
  let number = 0;
  for await (const line of linesOf(createReadStream(path, 'utf8') as AsyncIterable<string>)) {
    number += 1;
    if (number % linesBetweenBreaths === 0) await breath(signal);
    if (line.trim() !== '') yield readLine(line, number);
  }
}

function readLine(text: string, number: number): ExportedLine {
  try {
    const line = JSON.parse(text) as ExportedLine;
    if (Number.isSafeInteger(line.seq) && line.seq > 0 && typeof line.hash === 'string') return line;
  } catch {
    // Told below.
  }
  throw new CamError(
    failure('request.invalid', {
      message: `Line ${String(number)} is no entry of an audit trail.`,
      action: 'Choose a file that was exported as JSON Lines.',
    }),
  );
}

const recordColumns = [
  'run_id',
  'user_id',
  'query_name',
  'database_name',
  'status',
  'outcome',
  'started_at',
  'completed_at',
  'execution_time',
  'total_rows',
  'error_code',
  'error_message',
] as const;
const csvColumns = ['seq', 'kind', 'subject', 'recorded_at', ...recordColumns, 'content_hash', 'previous_hash', 'hash'];

function csvLine({ entry, content }: CheckedEntry): string {
  const record = typeof content === 'string' ? (JSON.parse(content) as Record<string, string | number | null>) : {};
  const cells = [
    entry.seq,
    entry.kind,
    entry.subject,
    entry.recordedAt,
    ...recordColumns.map((column) => record[column] ?? null),
    entry.contentHash,
    entry.previousHash,
    entry.hash,
  ];
  return `${cells.map((cell) => csvCell(cell)).join(',')}\r\n`;
}

/** A cell that a spreadsheet would take for a formula is made text by a leading apostrophe. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
