import { brokenPartLimits } from '../../app/contract/window-methods.ts';
import type { ActionPorts } from './ports.ts';

/** What can be told about the window itself. */
export interface BrokenPartActions {
  /** Has it noted in the program's log that a part of the window could not be drawn. Never throws. */
  readonly reportBrokenPart: (part: string, message: string, detail: string) => void;
}

/** Makes the action. */
export function createBrokenPartActions({ client }: Pick<ActionPorts, 'client'>): BrokenPartActions {
  return {
    reportBrokenPart: (part, message, detail) => {
      const { message: longestMessage, detail: longestDetail } = brokenPartLimits;
      const report = { part, message: message.slice(0, longestMessage), detail: detail.slice(0, longestDetail) };
      // Where the program is gone too, what stands in the window is all that can be said.
      client.call('window.broken', report).catch(() => undefined);
    },
  };
}
