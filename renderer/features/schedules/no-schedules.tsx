import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './schedules-page.module.css';

/** How to make a schedule, with the lines to paste. */
export function NoSchedules({ file }: { readonly file: string }): ReactNode {
  const { empty } = useTexts().schedules;
  const { reloadConfiguration, refreshSchedules } = useActions();
  const zone = useApp(zoneOf);
  const example = empty.example(zone);
  return (
    <EmptyState title={empty.title} text={empty.text(file)}>
      <div className={styles.example}>
        <pre className={styles.yaml} tabIndex={0}>
          {example}
        </pre>
        <div className={styles.exampleActions}>
          <CopyButton what="text" text={example}>
            {empty.copy}
          </CopyButton>
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<Icon name="refresh" size={13} />}
            onClick={() => void reloadConfiguration().then(() => refreshSchedules())}
          >
            {empty.reload}
          </Button>
        </div>
      </div>
    </EmptyState>
  );
}
