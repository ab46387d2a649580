import type { ReactNode } from 'react';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { ticketTooShort } from '../../model/ticket-too-short.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import styles from './preflight.module.css';

/** Warns of a ticket that will not last as long as the run; nothing where it will. */
export function ShortTicket(): ReactNode {
  const { preflight: texts } = useTexts();
  const preflight = useApp((state) => state.session.preflight);
  const format = createInstantFormat(useApp(zoneOf));
  const short = preflight === null ? null : ticketTooShort(preflight);
  if (short === null) return null;
  const text = texts.endsBeforeRun(format.full(short.endsAt).slice(11, 16), format.full(short.runEndsAt).slice(11, 16), format.zone);
  return (
    <span className={styles.short} role="status" title={text}>
      <StateMark status="retrying" /> {text}
    </span>
  );
}
