import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

interface EmptyStateProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

/** What stands where there is nothing: why, and what to do next. */
export function EmptyState({ title, text, children }: EmptyStateProps): ReactNode {
  return (
    <div className={styles.empty}>
      <div className={styles.title}>{title}</div>
      <div className={styles.text}>{text}</div>
      {children !== undefined && <div className={styles.actions}>{children}</div>}
    </div>
  );
}
