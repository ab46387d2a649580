import { Button, NumberInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type ExecutionStatus, executionStatuses } from '../../../../app/model/history.ts';
import type { RetentionResult } from '../../../../app/model/history-audit.ts';
import { useActions, useTexts } from '../../../store/window-context.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import figures from '../figures/figures.module.css';
import { useFigures } from '../figures/use-figures.ts';
import { OutcomeWord } from '../outcome-word.tsx';
import styles from './audit.module.css';
import { useWork } from './use-work.ts';

type Ages = Readonly<Partial<Record<ExecutionStatus | 'runs', number>>>;

const usualDays = 365;

/** Counts what a deletion by age would delete; nothing is deleted. */
export function RetentionPart(): ReactNode {
  const { retention: texts } = useTexts().historyAudit;
  const { outcomes } = useTexts().history;
  const { askHistory } = useActions();
  const [ages, setAges] = useState<Ages>({ success: usualDays, runs: usualDays });
  const holds = useFigures('history.holds', {});
  const isHeld = holds.kind === 'answered' && holds.value.some(({ releasedAt }) => releasedAt === null);
  const work = useWork<RetentionResult>();
  const { runs, ...executionDays } = ages;
  const count = (): Promise<void> =>
    work.start(() => askHistory('history.retentionPreview', { executionDays, ...(runs === undefined ? {} : { runDays: runs }) }));
  const age = (key: ExecutionStatus | 'runs', label: ReactNode, name: string): ReactNode => (
    <div key={key} className={styles.age}>
      <span>{label}</span>
      <NumberInput
        aria-label={`${name}, ${texts.olderThan}`}
        min={1}
        max={3660}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        value={ages[key] ?? ''}
        onChange={(value) => setAges(withAge(ages, key, value))}
      />
    </div>
  );
  return (
    <section className={figures.card} aria-label={texts.title}>
      <h3 className={figures.title}>{texts.title}</h3>
      <p className={figures.hint}>{texts.hint}</p>
      <p className={styles.muted}>{texts.olderThan}</p>
      <div className={styles.ages}>
        {executionStatuses.map((status) => age(status, <OutcomeWord outcome={status} />, outcomes[status]))}
        {age('runs', texts.runs, texts.runs)}
      </div>
      <Button variant="default" disabled={work.isBusy} onClick={() => void count()}>
        {work.isBusy ? texts.counting : texts.preview}
      </Button>
      <div aria-live="polite" className={styles.result}>
        {work.failure !== null && <FailureNote failure={work.failure} />}
        {work.value !== null && <Counted result={work.value} />}
        {work.value !== null && isHeld && <p className={styles.held}>{texts.held}</p>}
      </div>
    </section>
  );
}

function withAge(ages: Ages, key: keyof Ages, value: number | string): Ages {
  const { [key]: _before, ...others } = ages;
  return typeof value === 'number' && value >= 1 ? { ...others, [key]: Math.floor(value) } : others;
}

function Counted({ result }: { readonly result: RetentionResult }): ReactNode {
  const { retention: texts } = useTexts().historyAudit;
  const counts = executionStatuses.flatMap((status) => {
    const count = result.executions[status] ?? 0;
    return count === 0 ? [] : [{ status, count }];
  });
  if (counts.length === 0 && result.runCount === 0) return <p className={figures.line}>{texts.nothing}</p>;
  return (
    <>
      <p className={styles.muted}>{texts.result}</p>
      <ul className={figures.ends}>
        {counts.map(({ status, count }) => (
          <li key={status} className={figures.end}>
            <OutcomeWord outcome={status} /> {texts.executions(count)}
          </li>
        ))}
        {result.runCount > 0 && <li>{texts.runCount(result.runCount)}</li>}
      </ul>
    </>
  );
}
