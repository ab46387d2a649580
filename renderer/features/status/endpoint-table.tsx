import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EndpointReport, StatusView } from '../../../app/model/figures.ts';
import type { EndpointState } from '../../../app/model/health.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { formatCount, formatDuration } from '../../model/numbers.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import styles from './status-page.module.css';

interface EndpointTableProps {
  readonly endpoints: readonly EndpointReport[];
  readonly onChange: (work: () => Promise<StatusView>) => void;
}

const marks = { closed: 'completed', 'half-open': 'retrying', open: 'failed' } as const satisfies Record<EndpointState, string>;

/** Every endpoint of every configured database: breaker, how long it takes, when it answered and failed last. */
export function EndpointTable({ endpoints, onChange }: EndpointTableProps): ReactNode {
  const { figures: texts } = useTexts();
  const { endpointHead: head } = texts;
  if (endpoints.length === 0) return null;
  return (
    <section className={styles.card} aria-label={texts.endpoints}>
      <h3 className={styles.cardTitle}>{texts.endpoints}</h3>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{head.endpoint}</th>
            <th scope="col">{head.breaker}</th>
            <th scope="col" className={styles.figure}>
              {head.attempts}
            </th>
            <th scope="col" className={styles.figure}>
              {head.usual}
            </th>
            <th scope="col" className={styles.figure}>
              {head.longest}
            </th>
            <th scope="col">{head.success}</th>
            <th scope="col">{head.failure}</th>
          </tr>
        </thead>
        <tbody>
          {endpoints.map((report) => (
            <EndpointRow key={`${report.database}\n${report.endpoint}`} report={report} onChange={onChange} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function EndpointRow({ report, onChange }: { readonly report: EndpointReport } & Pick<EndpointTableProps, 'onChange'>): ReactNode {
  const { figures: texts } = useTexts();
  const { closeBreakerOf } = useActions();
  const format = createInstantFormat(useApp(zoneOf));
  const { database, endpoint, breaker, figures } = report;
  const { attempts, successes, latencySumMs, longestMs, lastSuccessAt, lastFailureAt, lastCode } = figures;
  const time = (instant: string | undefined): ReactNode =>
    instant !== undefined && <time dateTime={instant}>{format.full(instant).slice(0, 19)}</time>;
  return (
    <tr>
      <td>
        <div>{database}</div>
        <div className={styles.path}>{endpoint}</div>
      </td>
      <td title={texts.breakerHints[breaker]}>
        <span className={styles.breaker}>
          <span className={styles.state}>
            <StateMark status={marks[breaker]} /> {texts.breakers[breaker]}
          </span>
          {breaker !== 'closed' && (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={texts.closeOf(database, endpoint)}
              onClick={() => onChange(() => closeBreakerOf(database, endpoint))}
            >
              {texts.close}
            </Button>
          )}
        </span>
      </td>
      <td className={styles.figure}>{formatCount(attempts)}</td>
      <td className={styles.figure}>{successes > 0 && formatDuration(latencySumMs / successes)}</td>
      <td className={styles.figure}>{successes > 0 && formatDuration(longestMs)}</td>
      <td>{time(lastSuccessAt)}</td>
      <td>
        {time(lastFailureAt)} <span className={styles.path}>{lastCode}</span>
      </td>
    </tr>
  );
}
