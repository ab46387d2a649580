/** The history of the fake core. */
import type { HistoryState } from '../../app/model/history.ts';

/** A history that is being kept, with nothing waiting. */
const readyState: HistoryState = { store: 'ready', waiting: 0, unwritten: 0, lost: 0, rejected: 0, interrupted: 0 };

/** Answers the rows of the contract about the history. */
export function fakeHistoryHandlers(): { readonly 'history.state': () => HistoryState } {
  return { 'history.state': () => readyState };
}
