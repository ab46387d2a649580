import { type ReactNode, useState } from 'react';
import type { StatusView } from '../../../app/model/figures.ts';
import { type Failure, toFailure } from '../../../app/model/failure.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { useNow } from '../../ui/use-now.ts';
import { DatabaseTable } from './database-table.tsx';
import { EndpointTable } from './endpoint-table.tsx';
import { StatusHead } from './status-head.tsx';
import { StatusTiles } from './status-tiles.tsx';
import styles from './status-page.module.css';

const lookEveryMs = 3_000;

/** How the program does: what goes on now, and the figures over all runs. */
export function StatusPage(): ReactNode {
  const { figures: texts } = useTexts();
  const { getStatus } = useActions();
  // Other programs count into the same figures and send this one no events.
  const turn = Math.floor(useNow(true) / lookEveryMs);
  const asked = useAsked(getStatus, String(turn));
  const [changed, setChanged] = useState<{ readonly since: typeof asked; readonly view: StatusView } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const change = (work: () => Promise<StatusView>): void => {
    work().then(
      (view) => {
        setChanged({ since: asked, view });
        setFailure(null);
      },
      (error: unknown) => setFailure(toFailure(error)),
    );
  };
  if (asked.kind === 'waiting') return <div className={styles.page} aria-busy="true" />;
  if (asked.kind === 'failed') {
    return (
      <div className={styles.page} role="alert">
        <FailureNote failure={asked.failure} />
      </div>
    );
  }
  const status = changed?.since === asked ? changed.view : asked.value;
  return (
    <div className={styles.page}>
      <div className={styles.inner}>
        <StatusHead status={status} onChange={change} />
        {failure !== null && <FailureNote failure={failure} />}
        <StatusTiles status={status} />
        {status.since === undefined && <p className={styles.hint}>{texts.nothing}</p>}
        <EndpointTable endpoints={status.endpoints} onChange={change} />
        <DatabaseTable databases={status.figures.databases} />
      </div>
    </div>
  );
}
