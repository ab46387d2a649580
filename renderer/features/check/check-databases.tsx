import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CheckReport } from '../../../app/model/check.ts';
import type { Failure } from '../../../app/model/failure.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon } from '../../ui/icon.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import styles from './check-databases.module.css';
import { StandbyChecks } from './standby-checks.tsx';

/** A dry run over all databases, and what it found. */
export function CheckDatabases({ isDisabled }: { readonly isDisabled: boolean }): ReactNode {
  const { preflight: texts } = useTexts();
  const { checkDatabases } = useActions();
  const [isChecking, setIsChecking] = useState(false);
  const [found, setFound] = useState<CheckReport | Failure | null>(null);
  const check = async (): Promise<void> => {
    setIsChecking(true);
    setFound(await checkDatabases());
    setIsChecking(false);
  };
  return (
    <section className={styles.card} aria-label={texts.check}>
      <div className={styles.head}>
        <Button
          variant="default"
          disabled={isDisabled || isChecking}
          leftSection={<Icon name="refresh" size={13} />}
          onClick={() => void check()}
        >
          {isChecking ? texts.checking : texts.check}
        </Button>
        <span className={styles.hint}>{texts.checkHint}</span>
      </div>
      <div aria-live="polite">{found !== null && ('sources' in found ? <Report report={found} /> : <FailureNote failure={found} />)}</div>
    </section>
  );
}

function Report({ report }: { readonly report: CheckReport }): ReactNode {
  const { preflight: texts } = useTexts();
  const failed = report.sources.filter(({ failure }) => failure !== undefined).length;
  return (
    <>
      <p className={styles.verdict}>{texts.checkVerdict(failed, report.sources.length, (report.durationMs / 1000).toFixed(1))}</p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{texts.checkHead.source}</th>
            <th scope="col">{texts.checkHead.endpoint}</th>
            <th scope="col">{texts.checkHead.found}</th>
            <th scope="col">{texts.checkHead.mender}</th>
          </tr>
        </thead>
        <tbody>
          {report.sources.map((source) => (
            <tr key={source.source}>
              <td>
                <span className={styles.source}>
                  <StateMark status={source.failure === undefined ? 'completed' : 'failed'} /> <span>{source.source}</span>
                </span>
              </td>
              <td className={styles.path}>{source.endpoint}</td>
              <td>{source.failure === undefined ? texts.found(source) : <FailureNote failure={source.failure} />}</td>
              <td>{source.mender}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <StandbyChecks standbys={report.standbys} />
    </>
  );
}
