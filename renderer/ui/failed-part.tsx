import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Failure } from '../../app/model/failure.ts';
import { useTexts } from '../store/window-context.tsx';
import { classNames } from './class-names.ts';
import { FailureNote } from './failure-note.tsx';
import styles from './failed-part.module.css';

/** The room there is for it: a page or pane, the narrow rail, a line across the window, or none, so that it lies over the others. */
export type FailedPartShape = 'page' | 'rail' | 'line' | 'over';

interface FailedPartProps {
  readonly failure: Failure;
  readonly shape?: FailedPartShape | undefined;
  readonly onRetry: () => void;
}

/** What stands where a part of the window could not be filled: why, and a way to try again. */
export function FailedPart({ failure, shape = 'page', onRetry }: FailedPartProps): ReactNode {
  const { shell } = useTexts();
  return (
    <div className={classNames(styles.failed, styles[shape])} role="alert">
      {shape === 'rail' ? <span className={styles.short}>{failure.message}</span> : <FailureNote failure={failure} />}
      <Button variant="default" size={shape === 'rail' ? 'compact-xs' : 'xs'} onClick={onRetry}>
        {shell.tryAgain}
      </Button>
    </div>
  );
}
