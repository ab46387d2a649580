import { type ReactNode, useMemo } from 'react';
import type { ShownTable } from '../../../app/model/table.ts';
import { tableOfKey } from '../../model/table-key.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { EvidencePanel } from '../evidence/evidence-panel.tsx';
import { FirstSteps } from '../first-steps/first-steps.tsx';
import { ChangesLine } from '../verdict/changes-line.tsx';
import { VerdictLine } from '../verdict/verdict-line.tsx';
import { ExportBar } from './export-bar.tsx';
import { MailPanel } from './mail-panel.tsx';
import { NearMissesView } from './near-misses.tsx';
import { ResultBody } from './result-body.tsx';
import { nearChangesOf } from './result-table-state.ts';
import { ResultTabs } from './result-tabs.tsx';
import styles from './results.module.css';
import { panelIdOf, tabIdOf } from './tab-ids.ts';

/** Verdict, tabs, the table or figures of the chosen tab, and what one leaves with. */
export function Results(): ReactNode {
  const { parts } = useTexts().shell;
  const runId = useApp((state) => state.run.state?.plan.runId);
  const endedAt = useApp((state) => (state.run.state?.status === 'ended' ? state.run.state.endedAt : undefined));
  const tab = useApp((state) => state.view.tab);
  const sidePanel = useApp((state) => state.view.sidePanel);
  const evidence = useApp((state) => state.view.evidence);
  const near = useApp((state) => state.view.near);
  const hasNear = useApp(({ run: { state } }) => nearChangesOf(state?.plan) !== undefined);
  const change = useApp((state) => (state.view.change?.runId === runId ? (state.view.change?.kind ?? null) : null));
  const table = useMemo((): ShownTable | null => {
    if (tab === 'near') return near === null || !hasNear ? null : { kind: 'near', ...near };
    return tab === 'confirmed' && change !== null ? { kind: 'change', change } : tableOfKey(tab);
  }, [tab, near, hasNear, change]);
  if (runId === undefined) {
    return (
      <div className={styles.results}>
        <div>
          <ErrorBoundary part={parts.verdict}>
            <VerdictLine />
          </ErrorBoundary>
        </div>
        <div />
        <FirstSteps />
      </div>
    );
  }
  return (
    <div className={styles.results}>
      <div>
        <ErrorBoundary about={runId} part={parts.verdict}>
          <VerdictLine />
        </ErrorBoundary>
        {endedAt !== undefined && (
          <ErrorBoundary key={`changes ${runId}`} part={parts.changes} shape="line">
            <ChangesLine runId={runId} endedAt={endedAt} />
          </ErrorBoundary>
        )}
      </div>
      <div className={styles.bar}>
        <ResultTabs />
        <ExportBar table={table} />
      </div>
      <div className={styles.body} role="tabpanel" id={panelIdOf(tab)} aria-labelledby={tabIdOf(tab)}>
        <ErrorBoundary key={`${runId} ${tab} ${change ?? ''}`} part={parts.tables}>
          {tab === 'near' ? <NearMissesView runId={runId} /> : <ResultBody runId={runId} table={table} />}
        </ErrorBoundary>
      </div>
      {evidence?.runId === runId && (
        <ErrorBoundary key={`${evidence.client} ${String(evidence.place?.row)}`} part={parts.evidence} shape="over">
          <EvidencePanel runId={runId} client={evidence.client} place={evidence.place} />
        </ErrorBoundary>
      )}
      {sidePanel === 'mail' && (
        <ErrorBoundary key={runId} part={parts.mail} shape="over">
          <MailPanel runId={runId} />
        </ErrorBoundary>
      )}
    </div>
  );
}
