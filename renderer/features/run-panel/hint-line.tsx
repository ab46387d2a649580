import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { type LastEvent, type Reading, readLastEvent } from '../../model/last-event.ts';
import { readinessOf, windowHoursOf, zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { PlanButton } from '../plan/plan-button.tsx';
import { ShortTicket } from '../preflight/short-ticket.tsx';
import { PreflightChip } from '../preflight/preflight-chip.tsx';
import { CaseField } from './case-field.tsx';
import styles from './run-panel.module.css';
import { WindowText } from './window-text.tsx';

/** The line below the controls: the window that will be looked at, or what keeps the run from being started. */
export function HintLine({ id }: { readonly id: string }): ReactNode {
  const { run } = useTexts();
  const { setLastEvent, showPage } = useActions();
  const zone = useApp(zoneOf);
  const read = readLastEvent(
    useApp((state) => state.form.lastEvent),
    zone,
  );
  const hours = useApp(windowHoursOf);
  const isHunt = useApp((state) => state.form.huntFrom !== null);
  // The block is found anew for every change of the whole state, but drawn only when its sentence changes.
  const blocked = useApp((state) => {
    const readiness = readinessOf(state);
    if (readiness.kind === 'ready' || readiness.block.kind === 'running' || readiness.block.kind === 'loading') return '';
    return run.blocked(readiness.block, zoneOf(state));
  });
  const hasProblems = useApp((state) => (state.session.config?.problems.length ?? 0) > 0);
  const readings = readingsOf(read);
  return (
    <div className={styles.hint} id={id}>
      {blocked === '' ? (
        <>
          {isHunt ? (
            <span className={styles.hintText}>{run.huntHint(hours, zone)}</span>
          ) : (
            <WindowText read={read} hours={hours} zone={zone} />
          )}
          <ShortTicket />
        </>
      ) : (
        <span className={classNames(styles.hintText, styles.problem)} role="alert">
          {blocked}
        </span>
      )}
      {readings.map((reading) => (
        <Button key={reading.text} size="compact-xs" variant="default" ff="monospace" onClick={() => setLastEvent(reading.text)}>
          {run.useReading(reading.text)}
        </Button>
      ))}
      <span className={styles.chips}>
        <CaseField hintId={id} />
        <PlanButton />
        <PreflightChip />
      </span>
      {hasProblems && (
        <Button size="compact-xs" variant="default" onClick={() => showPage('configuration')}>
          {run.showProblems}
        </Button>
      )}
    </div>
  );
}

function readingsOf(read: LastEvent): readonly Reading[] {
  if (read.kind === 'gap') return [read.before, read.after];
  return read.kind === 'ambiguous' ? [read.earlier, read.later] : [];
}
