/** What answers the SQL: the listener hands statements over and sends back whatever comes. */
import { type WireBind } from './binds.ts';
import { type WireColumn } from './columns.ts';
import { type RowSource } from './rows.ts';

/** A statement to answer. */
export interface WireRequest {
  /** As received. */
  readonly sql: string;
  /** One entry per occurrence of a bind. */
  readonly binds: readonly WireBind[];
  /** Only parse and describe: no rows, no effects, and no bind values. */
  readonly describeOnly: boolean;
  readonly session: {
    readonly id: number;
    readonly user: string;
    /** The current schema, upper case. */
    readonly schema: string;
    /** Session parameters by upper-case name. */
    readonly parameters: ReadonlyMap<string, string>;
    /** BOOLEAN may be a column type. */
    readonly hasBoolean: boolean;
  };
}

/** The answer. */
export type WireResult =
  | { readonly kind: 'rows'; readonly columns: readonly WireColumn[]; readonly rows: RowSource }
  | { readonly kind: 'done'; readonly rowsAffected?: number };

/**
 * Answers a statement; throws `OraError` (anything else becomes ORA-20999). `signal` is aborted when the client breaks
 * or is gone; the break is answered only when this function and the source of rows have returned, so that what the
 * server says about running statements is true.
 */
export type Execute = (request: WireRequest, signal: AbortSignal) => Promise<WireResult> | WireResult;
