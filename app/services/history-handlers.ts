/** The handlers of the history. */
import type { Handlers } from '../contract/dispatch.ts';
import type { HistoryMethodName } from '../contract/history-methods.ts';
import type { Services } from './handlers.ts';

/** Part of all handlers. */
export function historyHandlers({ history }: Services): Pick<Handlers, HistoryMethodName> {
  return {
    'history.state': () => history.state,
  };
}
