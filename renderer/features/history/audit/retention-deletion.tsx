import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CountedDeletion } from '../../../../app/model/history-audit.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { useFigures } from '../figures/use-figures.ts';
import styles from './audit.module.css';

interface RetentionDeletionProps {
  readonly counted: CountedDeletion;
  /** Whether the numbers were counted for the ages that are set now. */
  readonly isCurrent: boolean;
  readonly isBusy: boolean;
  readonly onDelete: (counted: CountedDeletion) => Promise<void>;
}

/** Offers to delete what was counted: with two clicks, the second beside the numbers; never while a hold is set or might be. */
export function RetentionDeletion({ counted, isCurrent, isBusy, onDelete }: RetentionDeletionProps): ReactNode {
  const { retention: texts } = useTexts().historyAudit;
  const holds = useFigures('history.holds', {});
  const [isAsking, setIsAsking] = useState(false);
  const { executions, runs } = counted;
  if (!isCurrent) return <p className={styles.held}>{texts.changed}</p>;
  if (holds.kind === 'waiting') return null;
  if (holds.kind === 'failed') return <p className={styles.held}>{texts.holdsUnknown}</p>;
  const active = holds.value.filter(({ releasedAt }) => releasedAt === null).length;
  if (active > 0) return <p className={styles.held}>{texts.held(active)}</p>;
  if (executions === 0 && runs === 0) return null;
  if (!isAsking) {
    return (
      <Button variant="default" disabled={isBusy} onClick={() => setIsAsking(true)}>
        {texts.remove(executions, runs)}
      </Button>
    );
  }
  return (
    <div role="group" aria-label={texts.removeSure}>
      <p className={styles.sure}>{texts.sure(executions, runs)}</p>
      <div className={styles.row}>
        <Button variant="default" className={styles.remove ?? ''} disabled={isBusy} onClick={() => void onDelete(counted)}>
          {isBusy ? texts.removing : texts.removeSure}
        </Button>
        <Button variant="default" autoFocus disabled={isBusy} onClick={() => setIsAsking(false)}>
          {texts.keep}
        </Button>
      </div>
    </div>
  );
}
