/** What an earlier run said of a client, with what the history knows of that run. */
import type { StoredRun } from '../../app/model/history-pages.ts';
import type { ClientVerdict } from '../../app/model/verdict-history.ts';

/** A verdict; `recorded` is `null` where the run itself is not recorded any more. */
export interface EarlierVerdict extends ClientVerdict {
  readonly recorded: Pick<StoredRun, 'rule' | 'missing'> | null;
}

/** Those that are shown, newest first; `isCut`: there may be older ones. */
export interface EarlierVerdicts {
  readonly verdicts: readonly EarlierVerdict[];
  readonly isCut: boolean;
}
