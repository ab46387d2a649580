/** What a run needs from outside: database workers and the engine, however they are reached. */
import type { CallOptions } from '../channel/rpc.ts';
import type { EngineMethods } from '../engine/engine.ts';
import type { CachedFrom } from '../model/cached-answer.ts';
import type { DatabaseConfig, QueryConfig } from '../model/database.ts';
import type { SourceId } from '../model/plan.ts';
import type { SpoolReference } from '../worker/protocol.ts';
import type { DatabaseWorker } from '../worker/supervisor.ts';

/** Makes a worker; the process starts with its first call. */
export type CreateDatabaseWorker = (
  database: DatabaseConfig,
  onProcess: (processId: number | undefined, note?: string) => void,
) => DatabaseWorker;

/** An answer that was given before. */
export interface CachedAnswer {
  readonly spool: SpoolReference;
  readonly bytes: number;
  readonly from: CachedFrom;
}

/** Looks for a kept answer to what a source is about to ask; its files are put into the folder, which is made. */
export type FindCachedAnswer = (
  source: SourceId,
  database: DatabaseConfig,
  query: QueryConfig,
  directory: string,
) => Promise<CachedAnswer | undefined>;

/** The engine, in a process of its own. */
export interface EngineClient {
  call<K extends keyof EngineMethods>(
    method: K,
    input: EngineMethods[K]['input'],
    options?: CallOptions<EngineMethods[K]['notice']>,
  ): Promise<EngineMethods[K]['output']>;
  /** Ends a process that does not answer any more: what waits for it fails, and the next call starts another. */
  restart(): void;
}
