import { ActionIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../store/window-context.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Icon } from './icon.tsx';
import { useReturnedFocus } from './use-returned-focus.ts';
import styles from './side-panel.module.css';

interface SidePanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A panel over the right side of what it belongs to. Not modal: everything beside it stays usable. Escape closes it. */
export function SidePanel({ title, onClose, children }: SidePanelProps): ReactNode {
  const { shell } = useTexts();
  useReturnedFocus();
  return (
    <section
      className={styles.panel}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        <ActionIcon aria-label={shell.close} onClick={onClose} autoFocus>
          <Icon name="close" size={14} />
        </ActionIcon>
      </div>
      <div className={styles.body}>
        <ErrorBoundary part={title}>{children}</ErrorBoundary>
      </div>
    </section>
  );
}
