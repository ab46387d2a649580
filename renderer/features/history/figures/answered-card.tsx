import type { ReactNode } from 'react';
import type { Asked } from '../../../ui/use-asked.ts';
import { Answered } from './answered.tsx';
import styles from './figures.module.css';

interface AnsweredCardProps<T> {
  readonly asked: Asked<T>;
  readonly children: (value: T) => ReactNode;
}

/** A chart once its figures are there; before that, and where they cannot be had, an empty card in its place. */
export function AnsweredCard<T>({ asked, children }: AnsweredCardProps<T>): ReactNode {
  if (asked.kind === 'answered') return children(asked.value);
  return (
    <div className={styles.card}>
      <Answered asked={asked}>{() => null}</Answered>
    </div>
  );
}
