/** The handlers of the history. */
import type { Handlers } from '../contract/dispatch.ts';
import type { HistoryMethodName } from '../contract/history-methods.ts';
import type { HistoryService } from './history-service.ts';

/** Part of all handlers. */
export function historyHandlers(history: HistoryService): Pick<Handlers, HistoryMethodName> {
  return {
    'history.state': () => history.state,
  };
}
