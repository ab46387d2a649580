import type { AppInfo, ConfigView } from '../../app/contract/methods.ts';
import type { Failure } from '../../app/model/failure.ts';
import type { PreflightView } from '../../app/model/preflight.ts';
import type { Connection } from '../client/page-transport.ts';

/** What the window knows about the program behind it. */
export interface SessionSlice {
  /** `loading` until the first answers are in; `failed` when they could not be had. */
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly failure: Failure | null;
  readonly info: AppInfo | null;
  readonly config: ConfigView | null;
  readonly connection: Connection;
  /** Tickets and client library; `null` until they have been looked at. */
  readonly preflight: PreflightView | null;
}

/** The state before the program has answered. */
export function initialSession(): SessionSlice {
  return { phase: 'loading', failure: null, info: null, config: null, connection: 'open', preflight: null };
}
