import { type ReactNode, useMemo } from 'react';
import type { ReportStatistics } from '../../../app/model/table.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { formatCount, formatPercent } from '../../model/numbers.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './statistics.module.css';

/** Count, first, last and share of the changes of each type. */
export function ChangeTypeFigures({ perType }: { readonly perType: ReportStatistics['perType'] }): ReactNode {
  const { results } = useTexts();
  const texts = results.statistics;
  const zone = useApp(zoneOf);
  const format = useMemo(() => createInstantFormat(zone), [zone]);
  const time = (instant: string | null): ReactNode => instant !== null && <time dateTime={instant}>{format.full(instant)}</time>;
  return (
    <section aria-label={texts.perType}>
      <h3 className={styles.title}>{texts.perType}</h3>
      <p className={styles.hint}>{format.zone}</p>
      <table className={styles.grid}>
        <thead>
          <tr>
            <th scope="col">{texts.type}</th>
            <th scope="col" className={styles.figure}>
              {texts.count}
            </th>
            <th scope="col">{texts.first}</th>
            <th scope="col">{texts.last}</th>
            <th scope="col">{texts.share}</th>
          </tr>
        </thead>
        <tbody>
          {perType.map(({ changeType, count, first, last, share }) => (
            <tr key={changeType}>
              <td>{results.changeType(changeType)}</td>
              <td className={styles.figure}>{formatCount(count)}</td>
              <td className={styles.time}>{time(first)}</td>
              <td className={styles.time}>{time(last)}</td>
              <td>
                <div className={styles.share}>
                  <div className={styles.shareBar}>
                    <div className={styles.shareFill} style={{ width: `${share * 100}%` }} />
                  </div>
                  <span className={classNames(styles.figure)}>{formatPercent(share)}</span>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
