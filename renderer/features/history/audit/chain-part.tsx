import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ChainVerdict } from '../../../../app/model/history-audit.ts';
import { useActions, useTexts } from '../../../store/window-context.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Icon } from '../../../ui/icon.tsx';
import figures from '../figures/figures.module.css';
import styles from './audit.module.css';
import { useWork } from './use-work.ts';

const mostShown = 50;

/** Checks the audit chain and says what is wrong with it. */
export function ChainPart(): ReactNode {
  const { chain } = useTexts().historyAudit;
  const { askHistory } = useActions();
  const work = useWork<ChainVerdict>();
  return (
    <section className={figures.card} aria-label={chain.title}>
      <h3 className={figures.title}>{chain.title}</h3>
      <p className={figures.hint}>{chain.hint}</p>
      <Button variant="default" disabled={work.isBusy} onClick={() => void work.start(() => askHistory('history.verifyChain', {}))}>
        {work.isBusy ? chain.checking : chain.verify}
      </Button>
      <div aria-live="polite">
        {work.failure !== null && <FailureNote failure={work.failure} />}
        {work.value !== null && <Verdict verdict={work.value} />}
      </div>
    </section>
  );
}

function Verdict({ verdict }: { readonly verdict: ChainVerdict }): ReactNode {
  const { chain } = useTexts().historyAudit;
  const { isIntact, entries, faults, head } = verdict;
  if (isIntact && entries === 0) return <p className={figures.line}>{chain.empty}</p>;
  return (
    <>
      <p className={isIntact ? styles.good : styles.bad}>
        <Icon name={isIntact ? 'check' : 'alert'} size={14} />
        {isIntact ? chain.intact(verdict) : chain.broken(verdict)}
      </p>
      {faults.length > 0 && (
        <ul className={styles.list} aria-label={chain.faults}>
          {faults.slice(0, mostShown).map((fault) => (
            <li key={`${String(fault.seq)} ${fault.kind} ${fault.message}`}>{fault.message}</li>
          ))}
        </ul>
      )}
      {faults.length > mostShown && <p className={figures.line}>{chain.more(mostShown, faults.length)}</p>}
      <p className={styles.head}>
        {chain.head} <span className="cam-mono">{chain.headOf(head.seq, head.hash)}</span>
        <CopyButton what="text" text={`${String(head.seq)} ${head.hash}`}>
          {chain.copyHead}
        </CopyButton>
      </p>
    </>
  );
}
