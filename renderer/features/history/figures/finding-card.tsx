import type { ReactNode } from 'react';
import styles from './figures.module.css';

interface FindingCardProps {
  readonly title: string;
  readonly hint: string;
  /** Stands at the right end of the head. */
  readonly choice?: ReactNode;
  readonly children: ReactNode;
}

/** One kind of finding. */
export function FindingCard({ title, hint, choice, children }: FindingCardProps): ReactNode {
  return (
    <section className={styles.card} aria-label={title}>
      <div className={styles.cardHead}>
        <h3 className={styles.title}>{title}</h3>
        {choice}
      </div>
      <p className={styles.hint}>{hint}</p>
      {children}
    </section>
  );
}
