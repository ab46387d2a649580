import { Button, NumberInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { MethodInput } from '../../../../app/contract/methods.ts';
import { type ExecutionStatus, executionStatuses } from '../../../../app/model/history.ts';
import { type CountedDeletion, countedOf, type RetentionResult } from '../../../../app/model/history-audit.ts';
import { useActions, useTexts } from '../../../store/window-context.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import figures from '../figures/figures.module.css';
import { OutcomeWord } from '../outcome-word.tsx';
import styles from './audit.module.css';
import { RetentionDeletion } from './retention-deletion.tsx';
import { useWork } from '../../../ui/use-work.ts';

type Ages = Readonly<Partial<Record<ExecutionStatus | 'runs', number>>>;

const usualDays = 365;

/** Counts what a deletion by age would delete, and deletes it once the numbers are confirmed. */
export function RetentionPart(): ReactNode {
  const { retention: texts } = useTexts().historyAudit;
  const { outcomes } = useTexts().history;
  const { askHistory, historyChanged } = useActions();
  const [ages, setAges] = useState<Ages>({ success: usualDays, runs: usualDays });
  const work = useWork<{ readonly ages: Ages; readonly result: RetentionResult }>();
  const count = (): Promise<void> =>
    work.start(async () => ({ ages, result: await askHistory('history.retentionPreview', policyOf(ages)) }));
  const remove = (counted: CountedDeletion): Promise<void> =>
    work.start(async () => {
      const result = await askHistory('history.deleteOld', { ...policyOf(ages), counted });
      historyChanged();
      return { ages, result };
    });
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
        {work.value !== null && <Counted result={work.value.result} />}
      </div>
      {work.value?.result.isDryRun === true && (
        <RetentionDeletion
          key={JSON.stringify(countedOf(work.value.result))}
          counted={countedOf(work.value.result)}
          isCurrent={work.value.ages === ages}
          isBusy={work.isBusy}
          onDelete={remove}
        />
      )}
    </section>
  );
}

function policyOf({ runs, ...executionDays }: Ages): MethodInput<'history.retentionPreview'> {
  return { executionDays, ...(runs === undefined ? {} : { runDays: runs }) };
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
      <p className={styles.muted}>{result.isDryRun ? texts.result : texts.removed}</p>
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
