import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import type { HistoryTab } from '../../store/history-slice.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { AuditTab } from './audit/audit-tab.tsx';
import { ExecutionsTab } from './executions-tab.tsx';
import { FindingsTab } from './figures/findings-tab.tsx';
import { StatisticsTab } from './figures/statistics-tab.tsx';
import styles from './history-page.module.css';
import { RecordingNote } from './recording-note.tsx';
import { RunsTab } from './runs-tab.tsx';

const order: readonly HistoryTab[] = ['runs', 'executions', 'statistics', 'findings', 'audit'];
/** Other programs write the same history and send this one no events. */
const lookEveryMs = 3_000;

const bodies: Readonly<Record<HistoryTab, () => ReactNode>> = {
  runs: RunsTab,
  executions: ExecutionsTab,
  statistics: StatisticsTab,
  findings: FindingsTab,
  audit: AuditTab,
};

/** Who ran what, when, and how it went. */
export function HistoryPage(): ReactNode {
  const { history } = useTexts();
  const { refreshHistory, showHistoryTab } = useActions();
  const tab = useApp((state) => state.history.tab);
  useEffect(() => {
    void refreshHistory();
    const timer = setInterval(() => void refreshHistory(), lookEveryMs);
    return () => clearInterval(timer);
  }, [refreshHistory]);
  const Body = bodies[tab];
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h2 className={styles.title}>{history.title}</h2>
        <Tabs
          id="history"
          value={tab}
          onChange={(value) => showHistoryTab(order.find((each) => each === value) ?? 'runs')}
          activateTabWithKeyboard={false}
        >
          <Tabs.List className={styles.tabs ?? ''} aria-label={history.tabList}>
            {order.map((each) => (
              <Tabs.Tab key={each} value={each} className={styles.tab ?? ''}>
                {history.tabs[each]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      </div>
      <RecordingNote />
      <div className={styles.body} role="tabpanel" id={`history-panel-${tab}`} aria-labelledby={`history-tab-${tab}`}>
        <ErrorBoundary key={tab} part={history.tabs[tab]}>
          <Body />
        </ErrorBoundary>
      </div>
    </div>
  );
}
