import { useState } from 'react';
import { type Failure, toFailure } from '../../app/model/failure.ts';

/** Work on demand: whether it goes on, what came of it last, and why it failed. */
export interface Work<T> {
  readonly isBusy: boolean;
  readonly value: T | null;
  readonly failure: Failure | null;
  /** Does it; while it goes on, nothing. */
  readonly start: (work: () => Promise<T>) => Promise<void>;
}

/** Work that a person starts; what came of it stays until the next time. */
export function useWork<T>(): Work<T> {
  const [state, setState] = useState<Omit<Work<T>, 'start'>>({ isBusy: false, value: null, failure: null });
  return {
    ...state,
    start: async (work) => {
      if (state.isBusy) return;
      setState((before) => ({ ...before, isBusy: true, failure: null }));
      try {
        setState({ isBusy: false, value: await work(), failure: null });
      } catch (error) {
        setState((before) => ({ ...before, isBusy: false, failure: toFailure(error) }));
      }
    },
  };
}
