import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { AuditHold } from '../../../../app/model/history-audit.ts';
import { useActions, useTexts } from '../../../store/window-context.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Answered } from '../figures/answered.tsx';
import figures from '../figures/figures.module.css';
import { useFigures } from '../figures/use-figures.ts';
import { toSecond, useInstants } from '../use-instants.ts';
import styles from './audit.module.css';
import { useWork } from '../../../ui/use-work.ts';

/** Sets and releases audit holds. */
export function HoldsPart(): ReactNode {
  const { holds: texts } = useTexts().historyAudit;
  const { askHistory, historyChanged } = useActions();
  const asked = useFigures('history.holds', {});
  const [reason, setReason] = useState('');
  const work = useWork<AuditHold>();
  const set = (): Promise<void> =>
    work.start(async () => {
      const hold = await askHistory('history.setHold', { reason: reason.trim() });
      setReason('');
      historyChanged();
      return hold;
    });
  const release = (holdId: string): Promise<void> =>
    work.start(async () => {
      const hold = await askHistory('history.releaseHold', { holdId });
      historyChanged();
      return hold;
    });
  return (
    <section className={figures.card} aria-label={texts.title}>
      <h3 className={figures.title}>{texts.title}</h3>
      <p className={figures.hint}>{texts.hint}</p>
      <Answered asked={asked}>{(holds) => <HoldList holds={holds} onRelease={(holdId) => void release(holdId)} />}</Answered>
      <form
        className={styles.row}
        onSubmit={(event) => {
          event.preventDefault();
          void set();
        }}
      >
        <TextInput
          className={styles.grow ?? ''}
          aria-label={texts.reason}
          placeholder={texts.reasonHint}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={reason.trim() === '' || work.isBusy}>
          {texts.set}
        </Button>
      </form>
      <div aria-live="polite">{work.failure !== null && <FailureNote failure={work.failure} />}</div>
    </section>
  );
}

function HoldList({ holds, onRelease }: { readonly holds: readonly AuditHold[]; readonly onRelease: (holdId: string) => void }): ReactNode {
  const { holds: texts } = useTexts().historyAudit;
  const format = useInstants();
  const active = holds.filter(({ releasedAt }) => releasedAt === null);
  const past = holds.filter(({ releasedAt }) => releasedAt !== null);
  return (
    <>
      {active.length === 0 && <p className={figures.line}>{texts.none}</p>}
      <ul className={styles.list}>
        {active.map((hold) => (
          <li key={hold.holdId} className={styles.hold}>
            <strong>{hold.reason}</strong>
            <span className={styles.muted}>{texts.by(hold.setBy, toSecond(format, hold.setAt))}</span>
            <ReleaseButton onRelease={() => onRelease(hold.holdId)} />
          </li>
        ))}
      </ul>
      {past.length > 0 && (
        <details className={figures.asTable}>
          <summary>{texts.past(past.length)}</summary>
          <ul className={styles.list}>
            {past.map((hold) => (
              <li key={hold.holdId} className={styles.hold}>
                <span>{hold.reason}</span>
                <span className={styles.muted}>
                  {texts.by(hold.setBy, toSecond(format, hold.setAt))};{' '}
                  {texts.released(hold.releasedBy ?? '', toSecond(format, hold.releasedAt ?? ''))}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** A hold is released with two clicks: the first by mistake does nothing. */
function ReleaseButton({ onRelease }: { readonly onRelease: () => void }): ReactNode {
  const { holds: texts } = useTexts().historyAudit;
  const [isAsking, setIsAsking] = useState(false);
  if (!isAsking) {
    return (
      <Button variant="default" size="compact-xs" onClick={() => setIsAsking(true)}>
        {texts.release}
      </Button>
    );
  }
  return (
    <span className={styles.row}>
      <Button size="compact-xs" autoFocus onClick={onRelease}>
        {texts.releaseSure}
      </Button>
      <Button variant="default" size="compact-xs" onClick={() => setIsAsking(false)}>
        {texts.keep}
      </Button>
    </span>
  );
}
