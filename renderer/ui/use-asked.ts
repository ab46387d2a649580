import { useEffect, useRef, useState } from 'react';
import { type Failure, toFailure } from '../../app/model/failure.ts';

/** The state of a question to the core. */
export type Asked<T> =
  { readonly kind: 'waiting' } | { readonly kind: 'answered'; readonly value: T } | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * The answer to a question, asked again when `key` changes; the old answer stays until the new one is here, and an answer
 * to an older question is dropped.
 */
export function useAsked<T>(ask: () => Promise<T>, key: string): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ kind: 'waiting' });
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    let isOld = false;
    latest
      .current()
      .then((value) => ({ kind: 'answered', value }) as const)
      .catch((error: unknown) => ({ kind: 'failed', failure: toFailure(error) }) as const)
      .then((answer) => {
        if (!isOld) setAsked(answer);
      })
      .catch(() => undefined);
    return () => {
      isOld = true;
    };
  }, [key]);
  return asked;
}
