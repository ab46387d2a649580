import type { ReactNode } from 'react';
import type { Figures } from '../../../app/model/figures.ts';
import { formatCount, formatDuration } from '../../model/numbers.ts';
import { useTexts } from '../../store/window-context.tsx';
import styles from './status-page.module.css';

/** What was asked of each database, and what is missing. */
export function DatabaseTable({ databases }: Pick<Figures, 'databases'>): ReactNode {
  const { figures: texts } = useTexts();
  const { databaseHead: head } = texts;
  const rows = Object.entries(databases);
  if (rows.length === 0) return null;
  return (
    <section className={styles.card} aria-label={texts.databases}>
      <h3 className={styles.cardTitle}>{texts.databases}</h3>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{head.database}</th>
            {[head.sources, head.missing, head.retries, head.timeouts, head.rows, head.wait].map((name) => (
              <th key={name} scope="col" className={styles.figure}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, { sources, missing, retries, timeouts, rows: count, waits, waitSumMs }]) => (
            <tr key={name}>
              <td>{name}</td>
              {[sources, missing, retries, timeouts, count].map((value, place) => (
                // The columns stand in a fixed order.
                <td key={place} className={styles.figure}>
                  {formatCount(value)}
                </td>
              ))}
              <td className={styles.figure}>{waits > 0 && formatDuration(waitSumMs / waits)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
