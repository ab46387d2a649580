import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useShallow } from 'zustand/shallow';
import { msOfInstant } from '../../../app/model/instant.ts';
import type { EndpointStatus } from '../../../app/model/health.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import styles from './endpoint-notes.module.css';

/** The endpoints of a database that are left alone, each with why, for how long, and a way to try it now; and where the account is refused. */
export function EndpointNotes({ database }: { readonly database: string }): ReactNode {
  const open = useApp(
    useShallow((state) => state.health.endpoints.filter((each) => each.database === database && each.breaker !== 'closed')),
  );
  const refused = useApp(
    useShallow((state) => state.health.endpoints.filter((each) => each.database === database && each.refusedLogon !== undefined)),
  );
  if (open.length + refused.length === 0) return null;
  return (
    <ul className={styles.notes}>
      {open.map((status) => (
        <EndpointNote key={status.endpoint} status={status} />
      ))}
      {refused.map((status) => (
        <RefusedNote key={`refused ${status.endpoint}`} status={status} />
      ))}
    </ul>
  );
}

function EndpointNote({ status }: { readonly status: EndpointStatus }): ReactNode {
  const { health } = useTexts();
  const { tryEndpointAgain } = useActions();
  const { database, endpoint, lastFailure, openUntil } = status;
  const now = useNow(true);
  const seconds = openUntil === undefined ? 0 : Math.max(0, Math.ceil((msOfInstant(openUntil) - now) / 1000));
  return (
    <li className={styles.note}>
      <StateMark status={seconds > 0 ? 'failed' : 'retrying'} />
      <span className={styles.text}>
        <span className={styles.endpoint} title={endpoint}>
          {endpoint}
        </span>
        <span title={lastFailure?.message}>{health.leftAlone(status, seconds, lastFailure?.vendorCode ?? lastFailure?.code)}</span>
        <Button
          className={styles.button}
          size="compact-xs"
          variant="default"
          aria-label={health.tryAgainLabel(endpoint)}
          title={health.tryAgainHint}
          onClick={() => void tryEndpointAgain(database, endpoint)}
        >
          {health.tryAgain}
        </Button>
      </span>
    </li>
  );
}

function RefusedNote({ status: { endpoint, refusedLogon } }: { readonly status: EndpointStatus }): ReactNode {
  const { health } = useTexts();
  const why = refusedLogon?.failure;
  return (
    <li className={styles.note}>
      <StateMark status="failed" />
      <span className={styles.text}>
        <span className={styles.endpoint} title={endpoint}>
          {endpoint}
        </span>
        <span title={why?.message}>{health.refused(why?.vendorCode ?? why?.code)}</span>
      </span>
    </li>
  );
}
