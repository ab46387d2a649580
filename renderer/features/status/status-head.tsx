import { Button, Popover } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { StatusView } from '../../../app/model/figures.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import styles from './status-page.module.css';

interface StatusHeadProps {
  readonly status: StatusView;
  readonly onChange: (work: () => Promise<StatusView>) => void;
}

/** Since when is counted, and a way to begin anew. */
export function StatusHead({ status: { since }, onChange }: StatusHeadProps): ReactNode {
  const { figures: texts } = useTexts();
  const { resetStatus } = useActions();
  const format = createInstantFormat(useApp(zoneOf));
  const [isAsking, setIsAsking] = useState(false);
  return (
    <div className={styles.head}>
      <div>
        <h2 className={styles.title}>{texts.title}</h2>
        <p className={styles.hint}>
          {since !== undefined && (
            <>
              {texts.since} <time dateTime={since}>{`${format.full(since).slice(0, 16)} ${format.zone}`}</time>.{' '}
            </>
          )}
          {texts.hint}
        </p>
      </div>
      <Popover width={300} position="bottom-end" withArrow shadow="md" withinPortal={false} opened={isAsking} onChange={setIsAsking}>
        <Popover.Target>
          <Button variant="default" disabled={since === undefined} onClick={() => setIsAsking(true)}>
            {texts.reset}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={texts.reset}>
          <p className={styles.question}>{texts.resetQuestion}</p>
          <Button
            size="compact-sm"
            onClick={() => {
              setIsAsking(false);
              onChange(resetStatus);
            }}
          >
            {texts.resetYes}
          </Button>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}
