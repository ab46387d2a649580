import type { ReactNode } from 'react';
import { useTexts } from '../../store/window-context.tsx';
import { type Outcome, OutcomeMark } from '../../ui/outcome-mark.tsx';
import styles from './list.module.css';

/** How something ended, as shape and word. */
export function OutcomeWord({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const { history } = useTexts();
  return (
    <span className={styles.state}>
      <OutcomeMark outcome={outcome} />
      {history.outcomes[outcome]}
    </span>
  );
}
