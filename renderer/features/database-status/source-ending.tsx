import type { ReactNode } from 'react';
import type { SourceState } from '../../../app/model/run.ts';
import { useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import styles from './database-status.module.css';

/** How a source ended that did not answer, or what is to be known about its answer. */
export function SourceEnding({ source: { outcome } }: { readonly source: SourceState }): ReactNode {
  const { status: texts } = useTexts();
  if (outcome === undefined) return null;
  if (outcome.kind === 'completed') return outcome.note === undefined ? null : <span className={styles.ending}>{outcome.note}</span>;
  if (outcome.kind === 'cancelled') {
    return (
      <span className={styles.ending}>
        {outcome.note === '' ? (outcome.confirmed ? texts.cancelConfirmed : texts.cancelUnconfirmed) : outcome.note}
      </span>
    );
  }
  return (
    <div className={styles.failure}>
      <FailureNote failure={outcome.failure} />
    </div>
  );
}
