import type { ReactNode } from 'react';
import type { DatabaseSummary } from '../../../app/contract/methods.ts';
import { useTexts } from '../../store/window-context.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { StateWord } from '../../ui/state-word.tsx';
import styles from './database-status.module.css';
import { EndpointLine } from './endpoint-line.tsx';
import { EndpointNotes } from './endpoint-notes.tsx';

/** A configured database before any run. */
export function IdleCard({ database }: { readonly database: DatabaseSummary }): ReactNode {
  const { status } = useTexts();
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <span />
        <StateMark status="waiting" />
        <span className={styles.name} title={database.name}>
          {database.name}
        </span>
        <span className={styles.cardState}>
          <StateWord status="waiting">{status.notStarted}</StateWord>
        </span>
        <EndpointLine database={database.name} endpoint={database.endpoint} />
        <span className={styles.sums}>
          {status.drivers[database.driver]} · {status.queries(database.queries.length)}
        </span>
        <EndpointNotes database={database.name} />
      </div>
      <ul className={styles.queries}>
        {database.queries.map((query) => (
          <li key={query.name} className={styles.query}>
            <StateMark status="waiting" />
            <span className={styles.queryName} title={query.file}>
              {query.name}
            </span>
            <span className={styles.under}>{status.changeType(query.changeType)}</span>
          </li>
        ))}
      </ul>
    </li>
  );
}
