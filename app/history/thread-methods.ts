/** What the program and the threads of the history say to each other. */
import type { JournalPosition } from './journal.ts';
import type { Session } from './session-store.ts';
import type { StoreLocation } from './store.ts';
import type { WriterReport } from './store-writer.ts';

/** Given to a thread when it is started. `writer` follows the journal; `reader` answers questions. */
export interface ThreadData {
  readonly role: 'writer' | 'reader';
  readonly session: Session;
  readonly location: StoreLocation;
  readonly migrationsDirectory: string;
}

/** The writing thread's methods. */
export type WriterMethods = {
  /** Works until `stop`; its notices tell how it goes. */
  run: { input: null; output: null; notice: WriterReport };
  /** The journal is on the disk up to here. */
  advance: { input: JournalPosition; output: null; notice: never };
  /** Answered when the store has all that `advance` has told of. */
  drained: { input: null; output: null; notice: never };
  /** Ends the work; tells whether nothing is left of the session. */
  stop: { input: null; output: { isComplete: boolean }; notice: never };
};
