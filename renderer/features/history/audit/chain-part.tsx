import { Button, Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ChainVerdict } from '../../../../app/model/history-audit.ts';
import type { ChainCheckState } from '../../../store/history-slice.ts';
import { useActions, useApp, useTexts } from '../../../store/window-context.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Icon } from '../../../ui/icon.tsx';
import figures from '../figures/figures.module.css';
import styles from './audit.module.css';

const mostShown = 50;

/** Checks the audit chain and says what is wrong with it; a check can be stopped, and goes on while other pages are looked at. */
export function ChainPart(): ReactNode {
  const { chain } = useTexts().historyAudit;
  const { checkChain } = useActions();
  const check = useApp((state) => state.history.check);
  return (
    <section className={figures.card} aria-label={chain.title}>
      <h3 className={figures.title}>{chain.title}</h3>
      <p className={figures.hint}>{chain.hint}</p>
      {check.kind === 'running' ? (
        <Checking check={check} />
      ) : (
        <Button variant="default" onClick={() => void checkChain()}>
          {chain.verify}
        </Button>
      )}
      <div aria-live="polite">
        {check.kind === 'failed' && <FailureNote failure={check.failure} />}
        {check.kind === 'stopped' && <p className={styles.held}>{chain.stopped}</p>}
        {check.kind === 'done' && <Verdict verdict={check.verdict} />}
      </div>
    </section>
  );
}

function Checking({ check: { progress, isStopping } }: { readonly check: Extract<ChainCheckState, { kind: 'running' }> }): ReactNode {
  const { chain } = useTexts().historyAudit;
  const { stopChainCheck } = useActions();
  const { entries, of } = progress ?? { entries: 0, of: 0 };
  return (
    <div className={styles.row}>
      <div className={styles.grow}>
        <Progress value={of === 0 ? 0 : (100 * entries) / of} aria-label={chain.checking} />
        <p className={styles.muted}>{of === 0 ? chain.checking : chain.checked(entries, of)}</p>
      </div>
      <Button variant="default" disabled={isStopping} onClick={() => void stopChainCheck()}>
        {isStopping ? chain.stopping : chain.stop}
      </Button>
    </div>
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
