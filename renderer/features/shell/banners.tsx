import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from './shell.module.css';

/** What must not be overlooked on any page: that the program is gone, and that the data is a sample. */
export function Banners(): ReactNode {
  const { shell } = useTexts();
  const { showSidePanel, showPage } = useActions();
  const isLost = useApp((state) => state.session.connection === 'lost');
  const isSample = useApp((state) => state.run.state?.plan.sampleData ?? state.session.config?.sampleData ?? false);
  const canStep = useApp((state) => state.session.config?.sampleData === true && state.run.state !== null);
  return (
    <div>
      {isLost && (
        <div className={classNames(styles.banner, styles.lost)} role="alert">
          <Icon name="alert" size={14} />
          {shell.connectionLost}
        </div>
      )}
      {isSample && (
        <div className={classNames(styles.banner, styles.sample)}>
          <span className={styles.sampleBadge}>{shell.sampleBadge}</span>
          <span>{shell.sampleBanner}</span>
          {canStep && (
            <UnstyledButton
              fz="xs"
              className={styles.sampleAction ?? ''}
              onClick={() => {
                showPage('run');
                showSidePanel('first-steps');
              }}
            >
              {shell.sampleAction}
            </UnstyledButton>
          )}
        </div>
      )}
    </div>
  );
}
