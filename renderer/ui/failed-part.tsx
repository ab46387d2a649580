import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Failure } from '../../app/model/failure.ts';
import { useTexts } from '../store/window-context.tsx';
import { FailureNote } from './failure-note.tsx';
import styles from './failed-part.module.css';

/** What stands where a part of the window could not be filled: why, and a way to try again. */
export function FailedPart({ failure, onRetry }: { readonly failure: Failure; readonly onRetry: () => void }): ReactNode {
  const { shell } = useTexts();
  return (
    <div className={styles.failed} role="alert">
      <FailureNote failure={failure} />
      <Button variant="default" onClick={onRetry}>
        {shell.tryAgain}
      </Button>
    </div>
  );
}
