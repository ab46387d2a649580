import type { ReactNode } from 'react';
import type { StandbyCheck } from '../../../app/model/check.ts';
import { useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import styles from './check-databases.module.css';

/** Whether the standbys answer, and how far they are behind. */
export function StandbyChecks({ standbys }: { readonly standbys: readonly StandbyCheck[] }): ReactNode {
  const { health } = useTexts();
  if (standbys.length === 0) return null;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{health.standbyOf}</th>
          <th scope="col">{health.endpoint}</th>
          <th scope="col">{health.found}</th>
        </tr>
      </thead>
      <tbody>
        {standbys.map((check) => (
          <tr key={`${check.database} ${check.endpoint}`}>
            <td>
              <StateMark status={check.failure !== undefined ? 'failed' : check.lagUnknown === undefined ? 'completed' : 'retrying'} />{' '}
              {check.database}
            </td>
            <td className={styles.path}>{check.endpoint}</td>
            <td>{check.failure === undefined ? health.standbyFound(check) : <FailureNote failure={check.failure} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
