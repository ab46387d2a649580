import { type ReactNode, useState } from 'react';
import { useTexts } from '../../../store/window-context.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { ExecutionFacts } from '../execution-facts.tsx';
import { Anomalies } from './anomalies.tsx';
import { ErrorPatterns } from './error-patterns.tsx';
import { FigureChoice } from './figure-choice.tsx';
import styles from './figures.module.css';
import { SlowestQueries } from './slowest-queries.tsx';
import { Trends } from './trends.tsx';

/** What stands out: what is unusual and why, what is slow, what fails, what gets worse. */
export function FindingsTab(): ReactNode {
  const { executions } = useTexts().history;
  const [openId, setOpenId] = useState<string | null>(null);
  return (
    <div className={styles.tab}>
      <FigureChoice />
      <div className={styles.scroll}>
        <div className={styles.inner}>
          <Anomalies onOpen={setOpenId} />
          <Trends />
          <SlowestQueries />
          <ErrorPatterns onOpen={setOpenId} />
        </div>
      </div>
      {openId !== null && (
        <SidePanel title={executions.detail} onClose={() => setOpenId(null)}>
          <ExecutionFacts key={openId} executionId={openId} />
        </SidePanel>
      )}
    </div>
  );
}
