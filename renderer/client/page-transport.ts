/** What the page needs of its way to the program. */
import type { CamTransport } from '../../app/contract/methods.ts';

/** Whether events can reach the page. */
export type Connection = 'open' | 'lost';

/** A transport that can also tell about its own breaks. Where a break is impossible (Electron) `onConnection` is absent. */
export interface PageTransport extends CamTransport {
  /** Calls back on every change; `open` after `lost` means that events may have been missed. */
  readonly onConnection?: (listener: (connection: Connection) => void) => () => void;
}
