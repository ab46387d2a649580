import type { ReactNode } from 'react';
import { FailureNote } from '../../../ui/failure-note.tsx';
import type { Asked } from '../../../ui/use-asked.ts';
import styles from './figures.module.css';

/** What is drawn from an answer; room for it until it is here, and why it could not be had. */
export function Answered<T>({ asked, children }: { readonly asked: Asked<T>; readonly children: (value: T) => ReactNode }): ReactNode {
  if (asked.kind === 'failed') return <FailureNote failure={asked.failure} />;
  if (asked.kind === 'waiting') return <div className={styles.wait} aria-busy="true" />;
  return children(asked.value);
}
