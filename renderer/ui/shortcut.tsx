import type { ReactNode } from 'react';
import styles from './shortcut.module.css';

/** The keys of a command, shown beside its name; the name stays the name for screen readers. */
export function Shortcut({ keys }: { readonly keys: string }): ReactNode {
  return (
    <kbd className={styles.keys} aria-hidden="true">
      {keys}
    </kbd>
  );
}
